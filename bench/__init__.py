"""How fast it is: `make bench`. Every page against a bare one under the same server, at two sizes of organisation."""
