"""The ten steps of an order, one a file. A step checks who acts and where the order stands, then lets rooms work."""
