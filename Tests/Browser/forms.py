"""Filling in and sending forms as a person does, with scripts or without."""

import contextlib


def form_to(page, ending):
    """The form that posts to an address with this ending (what stands behind a question mark aside)."""
    part = f'[action*="{ending}"]' if ending.endswith("/") else f'[action$="{ending}"]'
    return page.locator(f'form[method="post"]{part}, form[method="post"][action*="{ending}?"]').first


def reveal(form):
    """Opens what is folded around a form."""
    folds = form.locator("xpath=ancestor::details[not(@open)]")
    # The outermost first: what is within it cannot be pressed before.
    while folds.count():
        folds.first.locator("> summary").click()


def answer(form, name, value):
    """Answers one question: text, a choice by its value, several choices by a list, a tick by True or False."""
    field = form.locator(f'[name="{name}"]')
    kind = field.first.get_attribute("type") or field.first.evaluate("e => e.localName")
    if kind == "select":
        field.select_option(value)
    elif kind in ("radio", "checkbox") and isinstance(value, bool):
        field.set_checked(value)
    elif kind in ("radio", "checkbox"):
        for one in [value] if isinstance(value, str) else value:
            form.locator(f'[name="{name}"][value="{one}"]').check()
    else:
        field.fill(value)


def send(page, ending, answers=None, button=None, status=(200,)):
    """Fills in the form that posts to `ending` and sends it; waits for the page that follows and checks its status."""
    form = form_to(page, ending)
    reveal(form)
    for name, value in (answers or {}).items():
        answer(form, name, value)
    press = form.locator(button) if button else form.locator("button:not([type=button])").last
    with following(page, status):
        press.click()


@contextlib.contextmanager
def following(page, status=(200,)):
    """What is done inside leads to another page with one of these statuses."""
    with page.expect_navigation() as going:
        yield
    met = going.value
    # A page that was sent on is judged where it ended.
    assert met is not None and met.status in status, (
        f"{met.url if met else page.url}: {met.status if met else 'no answer'}\n" + page.locator("main").inner_text()[:1500])


def go(page, path, status=200):
    met = page.goto(path)
    assert met.status == status, f"{path}: {met.status}\n" + page.locator("main").inner_text()[:800]
    return page


def words(page):
    return page.locator("main").inner_text()


def errors(page):
    """The addresses of the fields named in the summary of what is wrong."""
    return [link.get_attribute("href") for link in page.locator("[data-errors] a").all()]
