"""The pages of filed mails: one page, one module."""
