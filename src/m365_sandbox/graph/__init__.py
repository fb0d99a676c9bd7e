"""Microsoft Graph v1.0 as far as contacts need it: one module per resource, written from Microsoft's pages."""
