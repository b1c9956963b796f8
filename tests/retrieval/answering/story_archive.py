"""An invented archive that tells stories: a tram line, with a reprint, a museum, an interview, a storm."""

from __future__ import annotations

from datetime import date

from retrieval.domain import Article

REPRINTED = (
    "The tram line to Vessel Hill will not open in June. Its builder, Corvin Rail, said on Tuesday that the wheels of "
    "all nine trams are too wide for the rails. New wheels will take five months to cast. The delay costs the town "
    "2.4 million crowns."
)

ARTICLES = (
    Article(
        "tram-plan",
        "The council voted on Monday to build a tram line from the harbour to Vessel Hill. The line is to be four "
        "kilometres long and to open in June 2025. It will cost 31 million crowns, half of which the state pays.\n\n"
        "Not everybody was pleased. “Who asked the hill?” said Rosa Quint, who keeps bees there.\n\n"
        "Work on the rails begins on 3 September.",
        title="Council votes for a tram to Vessel Hill",
        author="Ada Lomax",
        published=date(2024, 3, 5),
    ),
    Article(
        "tram-late",
        REPRINTED,
        title="Tram line late because wheels are too wide",
        author="Ada Lomax",
        published=date(2025, 4, 2),
    ),
    Article("tram-late-again", REPRINTED, title="Trouble on the rails", author="Agency", published=date(2025, 4, 9)),
    Article(
        "tram-opens",
        "The first tram climbed Vessel Hill on Saturday, five months late, with 400 people on board. Mayor Brandt "
        "pulled the bell.\n\nA ticket costs 2 crowns until the end of the year. Tram drivers are still wanted: eleven "
        "of thirty posts are empty.",
        title="First tram climbs Vessel Hill",
        author="Ivo Senn",
        published=date(2025, 11, 9),
    ),
    Article(
        "museum",
        "The museum of clocks has been given a sundial from 1612. It was found under a hen house in Arle. The museum "
        "will show the sundial in its courtyard from Easter, and visitors may set their watches by it. Entry is free "
        "for children.",
        title="Museum of clocks gets a sundial",
        author="Ivo Senn",
        published=date(2025, 2, 11),
    ),
    Article(
        "baker",
        "*Nils Ekdal, 58, bakes at night. We met at four in the morning.*\n\n"
        "**Post:** Why do you close the bakery?\n\n"
        "**Ekdal:** The oven is from 1931 and nobody can mend it any more.\n\n"
        "**Post:** Will there be another baker?\n\n"
        "**Ekdal:** My niece opens a bakery in Arle in May. She has the sourdough.\n\n"
        "**Post:** What will you do?\n\n"
        "**Ekdal:** I shall sleep until seven, which I have not done for forty years.",
        title="“The oven is older than I am”",
        author="Ada Lomax",
        published=date(2025, 2, 14),
    ),
    Article(
        "storm",
        "*Newest entries are at the bottom.*\n\n"
        "**16:10** The wind picks up. The ferry to Arle stays in port.\n\n"
        "**17:30** The roof of the market hall has gone. Nobody was inside.\n\n"
        "**18:05** Posts say that the lighthouse has fallen. It has not.\n\n"
        "**19:45** Power is back in the old town. Eight hundred homes are still dark.\n\n"
        "**21:20** The storm has moved on to the east. Two people were treated for cuts.",
        title="The storm hour by hour",
        author="Staff",
        published=date(2025, 10, 20),
    ),
    Article("rules", "Letters must be signed. We shorten letters that are longer than a page.", title="House rules"),
)
