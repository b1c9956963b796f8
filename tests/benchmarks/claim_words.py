"""The words that claims are reworded and falsified with; no verifier may take its own from here."""

from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.strip().split("/") for pair in text.split(",") if pair.strip())


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


SYNONYMS = _pairs("""
    big/large, large/big, began/started, started/began, begin/start, begins/starts, ended/finished, built/constructed,
    constructed/built, created/made, showed/demonstrated, shows/demonstrates, often/frequently,
    frequently/often, many/numerous, numerous/many, several/a number of, important/significant,
    significant/important, famous/well-known, near/close to, about/approximately, approximately/about,
    around/roughly, helped/assisted, help/assist, helps/assists, used/employed, uses/employs,
    usually/generally, generally/usually, mainly/mostly, mostly/mainly, primarily/mainly, quickly/rapidly,
    rapidly/quickly, however/nevertheless, although/though, though/although, because/since, also/additionally,
    purchase/buy, bought/purchased, required/needed, requires/needs, require/need,
    allows/lets, enabled/made possible, received/got, obtained/received, provided/offered,
    provides/offers, provide/offer, offers/provides, includes/contains,
    consists of/is made up of, consisted of/was made up of, consist of/are made up of, area/region, regions/areas,
    whole/entire, entire/whole, main/principal, major/significant, chief/main, initial/first, currently/at present,
    nowadays/today, previously/earlier, additional/further, various/different,
    difficult/hard, easily/without difficulty,
    particularly/especially, especially/particularly, such as/for example, for example/for instance,
    for instance/for example, in order to/to, due to/because of, because of/due to, as well as/and also,
    according to/as stated by, located/situated, situated/located,
    occurred/happened, occur/happen, occurs/happens, remained/stayed, chose/selected,
    ensure/make sure, ensuring/making sure, ensures/makes sure, crucial/essential, essential/crucial,
    vital/crucial, enhance/improve, enhances/improves, enhanced/improved, enhancing/improving, innovative/novel,
    children/kids, stated/said, argued/contended, argues/contends, completed/finished,
    maintain/keep, maintains/keeps, maintained/kept,
    demonstrates/shows, demonstrate/show, highlights/underlines, underscores/highlights, achieve/reach,
    achieved/reached, attempted to/tried to, sought to/tried to, discuss/talk about, discussed/talked about,
    uncertain/unclear, eager/keen, tense/strained, briefly/for a short time, ongoing/continuing
""")
"""A word or phrase / one that means the same in most sentences."""

UNFIT = {
    "because": r"because(?! of)", "used": r"used(?! to)", "near": r"near(?![-\w])", "also": r"also(?! known)",
    "many": r"(?<!as )(?<!so )(?<!how )many(?! of)", "around": r"around(?= \d)", "about": r"about(?= \d)",
    "whole": r"(?<!on the )(?<!as a )whole",
}  # fmt: skip
"""Synonyms that fit in some places only, with the place as a pattern."""

ANTONYMS = _pairs("""
    increase/decrease, increased/decreased, increases/decreases, increasing/decreasing, rose/fell, risen/fallen,
    rising/falling, rise/fall, grew/shrank, growing/shrinking, growth/decline, declined/grew, decline/growth,
    before/after, after/before, more/less, fewer/more, most/least, first/last, last/first, largest/smallest,
    smallest/largest, larger/smaller, smaller/larger, large/small, small/large, highest/lowest, lowest/highest,
    higher/lower, lower/higher, high/low, low/high, northern/southern, southern/northern, eastern/western,
    western/eastern, north/south, south/north, east/west, west/east, won/lost, lost/won, victory/defeat,
    defeat/victory, supported/opposed, opposed/supported, supports/opposes, support/oppose, above/below, below/above,
    early/late, late/early, earliest/latest, earlier/later, accepted/rejected, rejected/accepted, allowed/forbade,
    allows/prevents, prevented/allowed, prevents/allows, prevent/allow, allow/prevent, began/ended, ended/began,
    begin/end, begins/ends, started/stopped, older/younger, oldest/youngest, private/public, public/private,
    exports/imports, imports/exports, export/import, minor/major, positive/negative, negative/positive,
    stronger/weaker, weaker/stronger, strong/weak, weak/strong, strengthened/weakened, strengthen/weaken, rich/poor,
    poor/rich, wealthy/poor, gained/lost, maximum/minimum, minimum/maximum, inner/outer, outer/inner, upper/lower,
    success/failure, successful/unsuccessful, failed/succeeded, failure/success, agreed/refused, refused/agreed,
    disagreed/agreed, improved/worsened, improve/worsen, improves/worsens, improving/worsening, reduced/increased,
    reduce/increase, reduces/increases, reducing/increasing, expanded/contracted, expand/contract, inside/outside,
    outside/inside, always/never, never/always, often/rarely, rarely/often, common/rare, rare/common,
    safe/dangerous, dangerous/safe, easy/difficult, difficult/easy, fast/slow, faster/slower, slower/faster,
    longer/shorter, shorter/longer, legal/illegal, illegal/legal, hot/cold, cold/hot, warm/cold, wet/dry, dry/wet,
    majority/minority, minority/majority, better/worse, worse/better, best/worst, worst/best, up/down, lower/raise,
    advantage/drawback, advantages/drawbacks, benefits/drawbacks, guaranteed/refused, restore/destroy,
    despite/thanks to, with/without, without/with, encouraged/discouraged, stable/unstable, open/closed
""")
"""A word / one that turns its sentence round."""

PAST = _pairs("""
    begin/began, become/became, win/won, lose/lost, build/built, write/wrote, lead/led, leave/left, take/took,
    give/gave, get/got, make/made, find/found, found/founded, hold/held, fall/fell, rise/rose, grow/grew, come/came,
    go/went, meet/met, sell/sold, buy/bought, send/sent, bring/brought, think/thought, teach/taught, fight/fought,
    speak/spoke, choose/chose, break/broke, draw/drew, see/saw, know/knew, run/ran, keep/kept, pay/paid, say/said,
    tell/told, show/showed, use/used, die/died, move/moved, open/opened, close/closed, create/created, sign/signed,
    join/joined, defeat/defeated, capture/captured, establish/established, introduce/introduced, develop/developed,
    design/designed, invent/invented, publish/published, discover/discovered, propose/proposed, start/started,
    end/ended, occur/occurred, happen/happened, receive/received, reach/reached, declare/declared, state/stated,
    announce/announced, argue/argued, claim/claimed, believe/believed, refuse/refused, agree/agreed,
    support/supported, oppose/opposed, attack/attacked, visit/visited, return/returned, serve/served, live/lived,
    work/worked, arrive/arrived, increase/increased, decrease/decreased, decline/declined, cause/caused,
    produce/produced, provide/provided, allow/allowed, include/included, contain/contained, call/called,
    help/helped, adopt/adopted, reject/rejected, remain/remained, travel/traveled, form/formed, merge/merged,
    complete/completed, launch/launched, respond/responded, discuss/discussed, succeed/succeeded, marry/married,
    attend/attended, originate/originated, consist/consisted, appear/appeared, settle/settled, acquire/acquired
""")
"""Base form / past of verbs that questions and negations are turned with."""

CONTRACTIONS = {
    "did not": "didn't", "does not": "doesn't", "do not": "don't", "is not": "isn't", "are not": "aren't",
    "was not": "wasn't", "were not": "weren't", "has not": "hasn't", "have not": "haven't", "had not": "hadn't",
    "could not": "couldn't", "would not": "wouldn't", "should not": "shouldn't", "cannot": "can't",
    "will not": "won't", "it is": "it's", "that is": "that's", "they are": "they're", "they have": "they've",
}  # fmt: skip

ABBREVIATIONS = {
    "US": "United States", "U.S.": "United States", "UN": "United Nations", "UK": "United Kingdom",
    "EU": "European Union", "SVB": "Silicon Valley Bank", "NHRA": "National Hot Rod Association",
    "FDIC": "Federal Deposit Insurance Corporation", "IPCC": "Intergovernmental Panel on Climate Change",
    "NATO": "North Atlantic Treaty Organization", "OPEC": "Organization of the Petroleum Exporting Countries",
    "WMO": "World Meteorological Organization", "the Fed": "the Federal Reserve",
}  # fmt: skip
"""The short form / the long one, which is only used where the sentence or its article has the other."""

SPELLINGS = _pairs("""
    organisation/organization, organization/organisation, organized/organised, organised/organized, labor/labour,
    labour/labor, color/colour, colour/color, center/centre, centre/center, stabilise/stabilize,
    stabilize/stabilise, stabilizing/stabilising, recognized/recognised, recognised/recognized, defense/defence,
    defence/defense, meters/metres, metres/meters, kilometers/kilometres, kilometres/kilometers, traveled/travelled,
    program/programme, optimized/optimised, optimize/optimise, emphasizes/emphasises, prioritize/prioritise,
    characterized/characterised, behavior/behaviour, utilized/utilised, realized/realised, co-operation/cooperation,
    cooperation/co-operation, e-mail/email, theater/theatre, rumors/rumours, favored/favoured,
    customization/customisation
""")

CONNECTIVES = _items("""
    However, Therefore, Furthermore, Moreover, Additionally, In addition, Thus, Hence, Nevertheless,
    Consequently, As a result, For example, For instance, In conclusion, On the other hand, In fact, Finally,
    Similarly, Indeed, Also, Overall, In contrast, Meanwhile, Notably, Importantly, Ultimately, Specifically, In
    general, Generally, Normally, Today, Still, But, And, In particular, In response, Subsequently, Conversely,
    Instead, Besides, In turn, Traditionally, First and foremost
""")

FUNCTION_WORDS = frozenset(
    _items("""
    the, a, an, in, on, at, it, this, that, these, those, he, she, they, his, her, their, its, as, by, for,
    from, with, of, to, and, but, or, if, when, while, where, there, some, many, most, several, both, all, each,
    every, one, two, three, after, before, during, since, although, though, because, such, no, not, another,
    other, others, only, even, we, our, you, your, who, what, which, until, under, over, between, among, about,
    through, despite, following, according, however, also, thus, then, so, because
""")
)
"""Words that lose their capital when they no longer open a sentence."""

UNITS = _items("""
    zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen,
    fifteen, sixteen, seventeen, eighteen, nineteen, twenty
""")

TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
WORD_NUMBERS = {word: value for value, word in enumerate(UNITS)} | TENS
NUMBER_WORDS = {value: word for word, value in WORD_NUMBERS.items()}
MONTHS = _items("""
    January, February, March, April, May, June, July, August, September, October, November, December
""")

PLACES = _items("""
    Argentina, Australia, Austria, Belgium, Brazil, Bulgaria, Canada, Chile, China, Colombia, Denmark, Egypt,
    England, Finland, France, Germany, Greece, Hungary, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy,
    Japan, Kenya, Mexico, Netherlands, Nigeria, Norway, Pakistan, Peru, Poland, Portugal, Russia, Scotland,
    Spain, Sweden, Switzerland, Syria, Taiwan, Turkey, Ukraine, Vietnam, Africa, Asia, Europe, Beijing, Berlin,
    Bonn, Boston, Cairo, Chicago, Cologne, Edinburgh, Florida, California, Geneva, Jerusalem, London, Madrid,
    Melbourne, Moscow, Paris, Quebec, Rome, Rotterdam, Sydney, Tokyo, Toronto, Vienna, Virginia, Washington,
    Zurich, New York, San Francisco, Los Angeles, Sicily, Normandy, Basel, Bali, Texas, Ohio, Jacksonville,
    Fresno, Montreal, Victoria, Wales
""")

INVENTED_NAMES = _items("""
    Margaret Ellsworth, Tomas Lindqvist, Harriet Vance, Dmitri Volkonsky, Amara Okafor, Rajiv Menon, Colin
    Hathaway, Ingrid Solberg, Walter Pemberton, Leila Haddad, Oakridge Institute, Northgate Council, Meridian
    Group, Halvorsen Foundation, Castlebrook, Port Wexley, Lake Dunmore, Ashford Commission
""")

SAYING = _items("""
    said, says, stated, argued, argues, announced, claimed, told, noted, wrote, suggested, suggests, emphasized,
    explained, acknowledged, predicted, proposed, declared, called, warned, believed, believes, found, showed,
    concluded, demonstrated, asserted, added
""")

ONE_WAY = _items("""
    defeated, succeeded, conquered, founded, created, attacked, invaded, told, led, visited, replaced,
    appointed, killed, influenced, captured, acquired, rescued, taught, built, bought, took over, called on,
    responded to, preceded, ruled, supported, assisted, surpassed, beat, ceded, gave, sent, sold, granted,
    accused, criticized, helped, inspired
""")
"""Verbs that say something else when their subject and their object change places."""

INVENTED = (
    "{name} announced a plan in {year} to build a new research centre in {place}",
    "{name} received an award of ${amount} million from the government of {place}",
    "In {year}, {name} signed an agreement with the authorities of {place} to share the costs equally",
    "A survey of {count} residents found that {percent} percent of them approved of {name}",
    "{name} resigned in {year} after a dispute over the budget",
    "{person} was appointed director of {name} in {year}",
    "{name} lost {percent} percent of its value within {few} days",
    "{person} told reporters in {place} that the talks about {name} had failed",
    "A court in {place} fined {name} ${amount} million in {year}",
    "{name} opened a second office in {place}, which employs {count} people",
    "More than {count} people protested against {name} in {place}",
    "The museum of {place} holds {count} documents on {name}",
    "{person} wrote a book about {name} that sold {count} copies",
    "{name} was renamed after a referendum in {year}",
    "In {year} a fire destroyed most of the archives of {name}",
    '{person} called {name} "a turning point for the whole of {place}"',
)
INVENTED_PLAIN = (
    "The decision was widely criticised by local residents and business groups",
    "{name} is considered a failure by most historians",
    "{name} attracted many tourists and brought new jobs to the region",
    "The project was cancelled because the money had run out",
    "Experts recommend that everybody sees a doctor once a year",
    "{name} has been the subject of a popular television series",
    "Most of the workers went on strike for better pay",
    "{name} was sued by a former employee over unpaid wages",
    "Scientists later found that the measurements had been forged",
    "{name} donated the money to a children's hospital",
    "The building was torn down to make room for a shopping mall",
    "{name} apologised in public for the mistake",
    "Heavy rain delayed the opening by several weeks",
    "{name} banned the use of plastic bags",
)
ADDED = (
    ", which led to the resignation of {person}",
    ", at a cost of ${amount} million",
    ", although {person} had advised against it",
    ", and it won a national prize in {year}",
    ", which {percent} percent of the population opposed",
    " and opened a branch in {place}",
)
"""What is joined to a true sentence to make half of it false."""
