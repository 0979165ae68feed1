"""Pages to which programs that speak Alipay's protocol send people."""
