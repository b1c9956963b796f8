"""A hand-made archive: short articles by several authors, most of them dated, two of them the same agency report."""

from __future__ import annotations

from datetime import date

from retrieval.domain import Article

AGENCY = (
    "The container ship Marbella ran aground off Cape Tarn on Tuesday night. Two tugs pulled it free at high tide, and "
    "no oil was spilled. The harbour master blamed a broken rudder and closed the channel for nine hours."
)

ARTICLES = (
    Article(
        "bridge",
        "The minister of transport, Ida Holm, opened the new bridge over the Glomma in Halden on Monday. She said the "
        "bridge had cost nine million euros. It replaces a ferry that sank in 2019.",
        title="A bridge for Halden",
        author="Nora Vik",
        published=date(2023, 5, 2),
        url="https://example.org/bridge",
        source="/clips/bridge.txt",
    ),
    Article(
        "orchard",
        "Late frost destroyed a third of the apple blossom in the Tarn valley. Growers lit candles between the rows to "
        "keep the trees warm. The harvest will be the smallest in twenty years.",
        title="Frost in the orchards",
        author="Jonas Brandt",
        published=date(2023, 5, 9),
    ),
    Article(
        "comet",
        "Astronomers at the Lindau observatory have found a comet that passes the Sun every 412 years. It was last "
        "seen by Chinese court astronomers. Binoculars will show it low in the west after sunset.",
        title="An old comet returns",
        author="Nora Vik",
        published=date(2023, 6, 1),
    ),
    Article(
        "violin",
        "A violin that was stolen in Cremona forty years ago has turned up in a barn. The owner of the barn thought it "
        "was a toy. Experts value the instrument at 800,000 dollars.",
        title="Stolen violin found",
        author="Mary O'Neill",
        published=date(2023, 6, 15),
    ),
    Article("wreck", AGENCY, title="Ship runs aground", author="Agency", published=date(2023, 6, 20)),
    Article(
        "wreck-again",
        AGENCY + " Nobody was hurt.",
        title="Freighter stranded, traffic halted for hours after breakdown near rocky headland",
        author="Agency",
        published=date(2023, 6, 21),
    ),
    Article(
        "vaccine",
        "A trial of a malaria vaccine in Ghana protected 77 percent of the children. The study followed 450 children "
        "for a year. Its leader, Dr. Ama Boateng, hopes for approval because the vaccine needs no freezer.",
        title="Malaria vaccine protects children",
        author="Mary O'Neill",
        published=date(2023, 7, 4),
    ),
    Article(
        "railway",
        "Night trains between Vienna and Turin start again in December. Passengers will find beds, but no restaurant "
        "car. The operator expects 90,000 travellers in the first year.",
        title="Night trains return",
        author="Jonas Brandt",
        published=date(2023, 7, 18),
    ),
    Article(
        "glacier",
        "The Hellen glacier has lost eleven metres of ice since 2010. Researchers measure it with poles that are "
        "drilled into the ice every autumn. Dust from the Sahara makes the surface dark, so that it melts faster.",
        title="Dust speeds the melting of a glacier",
        author="Nora Vik",
        published=date(2023, 8, 1),
    ),
    Article(
        "chess",
        "Sixteen-year-old Lea Sommer won the national chess championship in Ulm. She beat the defending champion in "
        "thirty moves. Her trainer is her grandmother.",
        title="Schoolgirl wins chess title",
        author="Jonas Brandt",
        published=date(2023, 8, 20),
    ),
    Article(
        "library",
        "The city library will stay open on Sundays from September. Volunteers will lend books, and the reading room "
        "gets new lamps. The council voted for it by 31 to 12.",
        title="Sunday opening for the library",
        author="Mary O'Neill",
        published=date(2023, 8, 31),
    ),
    Article(
        "reef",
        "Divers have planted 3,000 corals on a dead reef near Okinawa. After two years most of them have grown by a "
        "hand's breadth. Fish that had disappeared are coming back.",
        title="Corals planted on a dead reef",
        author="Nora Vik",
        published=date(2023, 9, 12),
    ),
    Article(
        "recipe",
        "Cut the pumpkin into cubes and roast it with sage. Stir it into the risotto just before serving. Grated "
        "cheese makes it creamy.",
        title="Pumpkin risotto",
    ),
    Article(
        "letter",
        "I have walked past the lighthouse every day since I was a girl. Its lamp must not be replaced by a blinking "
        "mast. Keep the lighthouse, and paint it red again.",
        title="A letter about the lighthouse",
        author="Elsa Berg",
    ),
)
