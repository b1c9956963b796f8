"""Invented news to make claims about: dates, money, quotes, votes, scores, ages, times, lists."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from retrieval.domain import Article, ArticleInfo, Reference
from retrieval.text.passages import split_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.encoder import SentenceEncoder

BUDGET = Article(
    "budget",
    "The city council of Harrowgate approved a budget of £412 million on Tuesday by 31 votes to 14, with three members "
    "abstaining. Mayor Denise Okafor said the plan would “protect every library and swimming pool in the city”. "
    "Council tax will rise by 4.9 percent from April 2024, after a rise of 2.5 percent in 2023. "
    "Opposition leader Graham Tate called the plan “a tax grab dressed up as prudence” and voted against it. "
    "About 1,200 council workers, out of some 9,000, will not get a pay rise. "
    "Mrs Okafor, 54, was elected in May 2021 and said she would not stand again in 2025. "
    "The council will spend £18 million on roads and £7.5 million on care for the elderly. "
    "A proposal by the Greens to close the airport was rejected.",
    title="Harrowgate council passes £412m budget",
    author="Priya Raman",
    published=date(2024, 2, 28),
    url="https://example.org/budget",
)
FOOTBALL = Article(
    "football",
    "Real Betanzos beat Atlético Corvo 3-1 at the Estadio Riazor on Saturday night in front of 28,450 spectators. "
    "Íñigo Quiñones scored twice in the first half, in the 12th and 38th minutes, before Müller pulled one back for "
    "Corvo. Substitute Kenji Watanabe made it 3-1 in the 81st minute. "
    "Corvo’s coach, Luis Ferreira, said: “We deserved to lose.” His counterpart Ana Souto praised her defenders. "
    "Betanzos moved up to second place with 41 points, two behind the leaders, Olímpico. "
    "Corvo have not won an away game since October 2022. "
    "Goalkeeper Marta Ruiz, who joined from Corvo for €2.3 million last year, saved a penalty. "
    "Kick-off was at 9:30 p.m. and was delayed by 15 minutes because of rain.",
    title="Quiñones double sinks Corvo",
    author="Jorge Lema",
    published=date(2023, 11, 12),
)
HOSPITAL = Article(
    "hospital",
    "Researchers at the University of Lund tested a new drug against migraine, called relatrin, in 640 adults aged 18 "
    "to 65. In the group that took relatrin, attacks fell by 42 percent within three months, compared with 11 percent "
    "in the group that took a placebo. Side effects were mild, but some patients reported nausea. "
    "“It does not cure migraine, but it gives people their weekends back,” said Dr Elin Sjöberg, who led the study. "
    "Professor Tom Adeyemi of the London School of Medicine, who was not involved, warned that the trial was too short "
    "to show whether the drug is safe. "
    "The study was paid for by the drug’s maker, Norvex, and appeared in the journal Cephalea on 3 March. "
    "Norvex plans to apply for approval in the European Union by the end of 2025; it has not applied in the United "
    "States. A month’s supply could cost between $300 and $450.",
    title="Migraine drug halves attacks for some",
    author="Helena Brandt",
    published=date(2024, 3, 5),
)
STRIKE = Article(
    "strike",
    "Bus drivers in Lyon ended a nine-day strike on Thursday after the operator, Transvia, agreed to raise wages by 6 "
    "percent over two years. The union CGT had demanded 10 percent. Union leader Paul Marchand said the deal was “not "
    "a victory but a start”, while Transvia’s chief executive, Claire Fontaine, thanked passengers for their patience. "
    "The strike had stopped 80 of the city’s 110 bus lines and cost the company an estimated €14 million. "
    "Talks led by the mayor, Grégory Doucin, broke down twice before the agreement was signed shortly after 4:15 a.m. "
    "Drivers in Marseille and Nice are still on strike. "
    "Transvia denied reports that it planned to cut 300 jobs.",
    title="Lyon bus strike ends after nine days",
    author="Priya Raman",
    published=date(2022, 10, 14),
)
VOLCANO = Article(
    "volcano",
    "The volcano Katuma erupted at 6:40 on Sunday morning and sent ash eight kilometres into the sky. "
    "Authorities evacuated 5,600 people from the towns of Bela, Moro and Santa Inés, and closed the airport of Port "
    "Laval until Wednesday. No deaths were reported, but 17 people were treated for burns, four of them children. "
    "It was the first eruption since 1987, when 212 people died. "
    "President Amadou Keïta visited Moro and promised $25 million in aid; the United Nations offered tents and water. "
    "“We heard a bang like thunder and ran,” said Rosa Lim, 71, a baker from Bela. "
    "The geologist Ravi Menon said that a second eruption was possible but not likely. "
    "Schools in most of the island’s northern districts will stay shut this week.",
    title="Thousands flee as Katuma erupts",
    author="Agence Delta",
    published=date(2021, 8, 16),
)
CHIPS = Article(
    "chips",
    "Halvorsen Semiconductor will build a factory in Dresden for 3.2 billion euros, the company said. "
    "The plant is to open in 2027 and employ 1,800 people. The German government pays 900 million euros of the cost, "
    "and the state of Saxony another 150 million. "
    "Chief executive Mei Tanaka said the company had chosen Dresden over Eindhoven and Grenoble because of its "
    "engineers. Finance minister Karl Brenner defended the subsidy, but economist Julia Roth called it “far too "
    "generous”. In 2022 Halvorsen earned 640 million euros on sales of 5.1 billion; in 2021 it lost 80 million. "
    "Its shares rose 3 percent in Frankfurt on Monday. "
    "The company already runs plants in Taiwan, Ireland and Oregon, and it will not close any of them.",
    title="Chip maker picks Dresden",
    author="Otto Weiss",
    published=date(2023, 7, 4),
)
UNDATED = Article(
    "museum",
    "The museum of clocks in Ostwick owns more than 2,000 timepieces, the oldest of which was made in Nuremberg around "
    "1510. It was founded in 1894 by the watchmaker Aurel Hirsch and his sister Berta. "
    "Admission costs 8 euros for adults and 3 euros for children under 12; it is free on the first Sunday of each "
    "month. The museum is open daily from 10 a.m. to 5 p.m. except on Mondays. "
    "Its director, Mr Tomas Lind, says most visitors come for the astronomical clock, which shows the phases of the "
    "moon. A fire in 1923 destroyed the east wing. "
    "Many of the clocks still run, although few keep good time.",
    title="A house full of time",
)
ARTICLES = (BUDGET, FOOTBALL, HOSPITAL, STRIKE, VOLCANO, CHIPS, UNDATED)
NUMBERS = {article.id: number for number, article in enumerate(ARTICLES, start=1)}
"""The number of the passage that opens each article, which is the whole of it."""


def references(articles: Sequence[Article], encoder: SentenceEncoder) -> tuple[list[Reference], dict[str, str]]:
    """Return the passages of articles as a model is offered them, numbered from 1, and the articles' texts by id."""
    found: list[Reference] = []
    for article in articles:
        info = ArticleInfo(article.id, article.title, article.author, article.published, article.url, article.source)
        for passage in split_article(article, measure=encoder.measure, budget=420, window=512):
            found.append(Reference(len(found) + 1, info, passage))
    return found, {article.id: article.text for article in articles}
