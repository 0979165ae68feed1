"""Apps that speak Alipay's protocol: their keys, and which other merchants' apps act for one."""
