print("almoner")
