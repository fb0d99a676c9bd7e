"""Tasks and appointments of the CRM."""
