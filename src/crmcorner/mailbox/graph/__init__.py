"""Microsoft Graph: the connector for Microsoft 365 and Outlook.com (R90)."""

from crmcorner.mailbox.graph.connect import open_graph_mailbox

__all__ = ["open_graph_mailbox"]
