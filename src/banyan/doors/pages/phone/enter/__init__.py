"""Signs in whoever comes from WeChat as the person whom the account knows there."""
