# The two commands a newcomer needs; everything else is in bin/.
.DEFAULT_GOAL := help
.PHONY: help demo test

help:
	@echo "make demo   build Almoner and serve it with invented people; prints the address and the sign-ins"
	@echo "make test   set up, then run every check"
	@echo "The single steps are in bin/: setup, dev, test, format, ci."

demo:
	@bin/demo

test:
	@bin/setup
	@bin/ci
