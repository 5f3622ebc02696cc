package import Mustache

// How templates read what every page is made of. Templates can read any struct by reflection, but that takes about
// a microsecond a property: over 50 ms for a long assessment. Named children take a sixth of it.

extension Page: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "lang": lang
        case "dir": dir
        case "title": title
        case "design": design
        case "csrf": csrf
        case "user": user
        case "me": me
        case "nav": nav
        case "notice": notice
        case "errors": errors
        case "query": query
        case "idleWarn": idleWarn
        case "alive": alive
        default: nil
        }
    }
}

extension Page.Place: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "href": href
        case "label": label
        case "icon": icon
        case "current": current
        case "count": count
        default: nil
        }
    }
}

extension Page.Me: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "name": name
        case "line": line
        default: nil
        }
    }
}

extension Page.Notice: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "tone": tone
        case "text": text
        case "title": title
        default: nil
        }
    }
}

extension Page.Fault: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "field": field
        case "message": message
        case "href": href
        default: nil
        }
    }
}

extension Tag: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "tone": tone
        case "text": text
        default: nil
        }
    }
}

extension Pager: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "shown": shown
        case "previous": previous
        case "next": next
        default: nil
        }
    }
}

extension CrisisHelp: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "line": line
        case "sentence": sentence
        case "nurse": nurse
        case "emergency": emergency
        default: nil
        }
    }
}

extension Form: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "action": action
        case "version": version
        case "hidden": hidden
        case "intro": intro
        case "fields": fields
        case "submit": submit
        case "grave": grave
        case "cancel": cancel
        default: nil
        }
    }
}

extension Form.Hidden: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "name": name
        case "value": value
        default: nil
        }
    }
}

extension Field: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "id": id
        case "name": name
        case "label": label
        case "hint": hint
        case "error": error
        case "value": value
        case "optional": optional
        case "required": required
        case "known": known
        case "line": line
        case "area": area
        case "select": select
        case "radios": radios
        case "checks": checks
        case "check": check
        case "info": info
        case "type": type
        case "checked": checked
        case "across": across
        case "short": short
        case "rows": rows
        case "unit": unit
        case "autocomplete": autocomplete
        case "inputmode": inputmode
        case "min": min
        case "max": max
        case "step": step
        case "maxlength": maxlength
        case "options": options
        default: nil
        }
    }
}

extension Field.Choice: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "id": id
        case "value": value
        case "text": text
        case "on": on
        case "more": more
        default: nil
        }
    }
}

extension Banner: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "name": name
        case "href": href
        case "born": born
        case "number": number
        case "allergyState": allergyState
        case "allergyText": allergyText
        case "intolerances": intolerances
        case "pairs": pairs
        case "tags": tags
        case "tabs": tabs
        default: nil
        }
    }
}

extension Banner.Pair: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "label": label
        case "text": text
        default: nil
        }
    }
}

extension Banner.Tab: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "href": href
        case "label": label
        case "current": current
        default: nil
        }
    }
}

extension ChartFigure: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "caption": caption
        case "svg": svg
        case "heads": heads
        case "lines": lines
        default: nil
        }
    }
}

extension ChartFigure.Line: MustacheParent {
    package func child(named key: String) -> Any? {
        switch key {
        case "cells": cells
        default: nil
        }
    }
}
