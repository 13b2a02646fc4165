"""
Intake: what every reader stands on, whatever it reads.

* `leadmodel.formats.intake.sources`: paths, bytes, text and open files.
* `leadmodel.formats.intake.payloads`: plain data on its way to updates, with all that is wrong with it.
* `leadmodel.formats.intake.html`, `leadmodel.formats.intake.languages`: plain text, in the right language.
* `leadmodel.formats.intake.ids`: an id for what has none.
* `leadmodel.formats.intake.freezing`: what a record keeps of a payload, frozen at a glance.
"""

__all__: list[str] = []
