"""What the demo firm's people, firms and places are called."""

GIVEN_NAMES = (
    "Anna Bas Carla Daan Eva Floor Gijs Hanna Ivo Jasmijn Kees Lotte Maarten Noor Olivier Pim Roos Sander Tess "
    "Ugo Vera Willem Yara Zoë Bram Chantal Dirk Esther Frank Gerda Hugo Ilse Jeroen Karin Lars Marieke Niels "
    "Petra Quinten Ruud Saskia Thijs Ursula Victor Wendy Youssef Fatima Mehmet Aylin Rajesh Mei Siobhán André "
    "Renée Björn Chloë Jürgen Élise Tomáš"
).split()

SURNAMES = (
    ("", "Jansen"), ("de", "Vries"), ("van den", "Berg"), ("van", "Dijk"), ("", "Bakker"), ("", "Visser"),
    ("", "Smit"), ("", "Meijer"), ("de", "Boer"), ("", "Mulder"), ("de", "Groot"), ("", "Bos"), ("", "Vos"),
    ("", "Peters"), ("", "Hendriks"), ("van", "Leeuwen"), ("", "Dekker"), ("", "Brouwer"), ("de", "Wit"),
    ("", "Dijkstra"), ("", "Smits"), ("de", "Graaf"), ("van der", "Meer"), ("van der", "Linden"), ("", "Kok"),
    ("", "Jacobs"), ("de", "Haan"), ("", "Vermeulen"), ("van den", "Heuvel"), ("van der", "Veen"),
    ("van den", "Broek"), ("de", "Bruijn"), ("de", "Bruin"), ("van der", "Heijden"), ("", "Schouten"),
    ("van", "Beek"), ("", "Willems"), ("van", "Vliet"), ("", "Hoekstra"), ("", "Maas"), ("", "Verhoeven"),
    ("", "Koster"), ("van", "Dam"), ("", "Prins"), ("", "Blom"), ("", "Huisman"), ("", "Peeters"),
    ("de", "Jonge"), ("", "Kuipers"), ("van", "Veen"), ("", "Post"), ("", "Kuiper"), ("", "Veenstra"),
    ("", "Kramer"), ("van den", "Brink"), ("", "Scholten"), ("van", "Wijk"), ("", "Postma"), ("", "Martens"),
    ("op de", "Beek"), ("in 't", "Veld"), ("van 't", "Hof"), ("ter", "Horst"), ("ten", "Brinke"), ("", "Yıldız"),
    ("el", "Amrani"), ("", "Nguyễn"), ("", "O’Brien"),
)  # fmt: skip

TRADES = (
    "Bakkerij {name}", "Installatiebedrijf {name}", "{name} Advies", "{name} Bouw", "Drukkerij {name}",
    "{name} & Zonen", "Garage {name}", "Hoveniersbedrijf {name}", "{name} Logistiek", "Notariskantoor {name}",
    "{name} Accountants", "Apotheek {name}", "{name} Textiel", "Technisch Bureau {name}", "{name} Verzekeringen",
    "Tandartspraktijk {name}", "Architectenbureau {name}", "{name} Software", "Slagerij {name}", "{name} Interieurs",
)  # fmt: skip

LEGAL_FORMS = ("B.V.", "B.V.", "V.O.F.", "N.V.", "", "")

PLACES = (
    ("Haarlem", 2011, 35), ("Amsterdam", 1011, 60), ("Utrecht", 3511, 50), ("Rotterdam", 3011, 60),
    ("Den Haag", 2511, 40), ("Leiden", 2311, 20), ("Alkmaar", 1811, 14), ("Zwolle", 8011, 20),
    ("Groningen", 9711, 30), ("Arnhem", 6811, 20), ("Breda", 4811, 20), ("Eindhoven", 5611, 30),
    ("'s-Hertogenbosch", 5211, 20), ("Maastricht", 6211, 15), ("Bloemendaal", 2061, 1), ("Zandvoort", 2041, 2),
)  # fmt: skip

STREETS = (
    "Spiegelstraat", "Dorpsstraat", "Kerkstraat", "Stationsweg", "Grote Markt", "Wilhelminapark", "Julianalaan",
    "Industrieweg", "Nijverheidsweg", "Burgemeester de Vlugtlaan", "Prins Hendrikkade", "Zijlweg", "Molenpad",
    "Havenstraat", "Lange Nieuwstraat", "Oude Gracht", "Nieuwe Gracht", "Parklaan", "Raadhuisplein", "Beukenlaan",
)  # fmt: skip

JOB_TITLES = (
    "directeur", "inkoper", "hoofd administratie", "accountmanager", "projectleider", "receptionist", "eigenaar",
    "hoofd techniek", "adviseur", "planner", "bedrijfsleider", "marketingmanager",
)  # fmt: skip

MEMOS = (
    "Belt liever dan dat hij mailt.", "Betaalt stipt.", "Heeft een hond die Bobbie heet.",
    "Wil in het voorjaar een nieuwe offerte.", "Kent Michael van de tennisclub.", "Niet bellen op woensdag.",
)  # fmt: skip
