"""The CRM as the engine sees it, kind by kind."""
