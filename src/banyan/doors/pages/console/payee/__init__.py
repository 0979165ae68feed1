"""How a merchant is paid over WeChat Pay's protocol: number, keys, what its server is told."""
