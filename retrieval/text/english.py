"""English words by kind, each list once; the regular expressions and rules of other modules are derived from them.

Lists of words alone, in lower case: what a word does in a sentence is decided where it is used. Courtesies, which are
phrases and come in other languages as well, are in courtesies.py.
"""

from __future__ import annotations


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MONTHS = _list("january february march april may june july august september october november december")
WEEKDAYS = _list("monday tuesday wednesday thursday friday saturday sunday")

NUMBERS = _list(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen
    """
)
"""From 1 on, in order."""
TENS = _list("twenty thirty forty fifty sixty seventy eighty ninety")
ORDINALS = _list("first second third fourth fifth sixth seventh eighth ninth tenth")
"""From 1 on, in order."""
MAGNITUDES = _list("hundred thousand million billion trillion")

CURRENCIES = _list(
    """
    afghani ariary austral baht balboa bitcoin birr bolivar boliviano buck cedi cent colon copeck cordoba crown cruzado
    cruzeiro dalasi denar denarii denarius dinar dirham dobra dollar dong drachma dram ducat escudo euro farthing florin
    forint franc gourde guarani guilder guinea hryvnia kina kip kopeck koruna koruny krona krone kroner kronor kronur
    kroon kuna kwacha kwanza kyat lari lats lei lek lempira leone leu lev leva lilangeni lira lire litas loti manat mark
    markka metical naira nakfa ngultrum ouguiya paanga pataca pence penny peseta peso pfennig pound pula quetzal quid
    rand real renminbi rial riel ringgit riyal rouble rubel ruble rufiyaa rupee rupiah schilling shekel shilling sol
    soles som somoni sovereign sucre taka tala taler tenge thaler tolar tugrik vatu won yen yuan zaire zloty zlote
    zlotych
    """
)
"""Currencies and coins as the Unicode CLDR has them in English, with plurals that do more than add an s; accents
taken off."""
MEASURES = _set(
    """
    seconds minutes hours days weeks months years decades centuries times people men women children metres meters feet
    inches yards miles kilometres kilometers acres hectares grams kilograms kilos tonnes tons litres liters degrees
    lives jobs percent points per cent more less or and to of in
    """
)
"""Words that make of a number something other than money."""
TIME_UNITS = _set("second minute hour day night week fortnight month year decade century")

FIRST_PERSON = _set("i me my mine myself we us our ours ourselves")
SUBJECT_PRONOUNS = _set("he she it they")
OBJECT_PRONOUNS = _set("him her it them")
GENDERED_PRONOUNS = _set("he she him his her hers")
POSSESSIVES = _set("his her hers its their theirs")
POSSESSIVE_DETERMINERS = POSSESSIVES - {"hers", "theirs"}
DEMONSTRATIVES = _set("this that these those")
"""Pronouns of the third person; those of the first and second point to no text."""

QUESTION_WORDS = _set("who whom whose what which when where why how")
AUXILIARIES = _set("is are was were be been am do does did has have had can could will would may might")
PREPOSITIONS = _set(
    """
    about after against around at before behind beside between by during for from in into like near of on over since
    than through till to toward towards under until up upon with without
    """
)
CONJUNCTIONS = _set("and but or that when while because if whether after before since as although though until than")
CLAUSE_OPENERS = CONJUNCTIONS | {"who", "which", "where"}

CLAIM_NOUNS = _set(
    """
    account accusation allegation article assertion charge claim figure gossip headline hint idea impression letter
    message news notion number photo picture post quote report rumor rumour statement story sum suggestion talk theory
    version video word
    """
)
"""What somebody said, wrote or showed, and somebody else may deny."""
CLAIMING_VERBS = _set(
    """
    allege alleged alleges announced assert asserted asserts assumed believe believed claim claimed claiming claims
    feared promised quoted reported reportedly rumored rumoured said say says suggested suggesting supposed supposedly
    thought told wrote
    """
)
FALSE_WORDS = _set(
    """
    absurd baseless bogus erroneous fabricated fake false fictitious groundless inaccurate incorrect invented lie lies
    misleading mistaken nonsense rubbish unfounded unproven unsupported untrue wrong
    """
)
TRUE_WORDS = _set("accurate correct right so true")
DENYING_VERBS = _set(
    """
    contest contested contests contradict contradicted contradicts denied denies deny denying disavowed dismiss
    dismissed dismisses dispute disputed disputes rebut rebuts rebutted refute refuted refutes reject rejected rejecting
    rejects repudiated retract retracted retracts withdraw withdraws withdrawn withdrew
    """
)
NEGATIONS = _set("no not never none nobody nothing neither nor nowhere without cannot")

HEDGES = _set(
    """
    accuse accused accuses aim aimed aims alleged allegedly alleges ask asked asks apparently appear appeared appears
    believe believed believes claim claimed claims consider considered considering considers could demand demanded
    estimate estimated estimates expect expected expects hope hoped hopes if intend intended intends likely may might
    offer offered perhaps plan planned planning plans pledge pledged possible possibly potential potentially probably
    promise promised propose proposed reportedly scheduled seem seemed seems shall should suggest suggested suggests
    suspect suspected suspects suspicion think thinks thought threaten threatened tried tries try unclear unknown
    unlikely urge urged want wanted wants whether will would
    """
)
"""What keeps a statement from being one of fact: planned, wanted, possible, supposed or told by somebody."""

TITLES = _set("mr mrs ms dr prof sir")

STOP_WORDS = _set(
    """
    a about all also am an and any are as at be been being but by can could d did do does doing done for from get
    gets got had has have having he her hers him his how i if in into is it its ll m many may me might much must my
    of on or our ours re s shall she should so some such t than that the their theirs them then there these they
    this those to us ve was we were what when where which who whom whose why will with would you your yours
    """
)
"""Words that carry no topic; compared before stemming."""

QUALIFIERS = _set(
    """
    again all already both either else enough even ever few himself herself itself themselves yourself least less many
    more most much neither never none only own quite rather same several still too twice very yet
    """
)
"""Reflexives and words of degree and number, which qualify others and carry no topic."""

PERSONAL_PRONOUNS = _set("i me we us you it")
DETERMINERS = _set("a an the any some all every each both my our your his her its their this that these those")

ASKING_VERBS = _set(
    """
    tell give show list name explain describe outline trace follow brief recap summarise summarize summarising
    summarizing sum provide write make find know get go going gone happen happens happened happening develop
    develops developed unfold unfolded evolve evolved progress progressed proceed proceeded begin began say says
    said please pls kindly want need like let catch fill bring walk run take put change changes changed turn turned
    play played mean means miss missed went come came
    """
)
"""What a request asks to be done, or asks how it went."""
ASKED_NOUNS = _set(
    """
    summary summaries overview gist synopsis digest recap rundown roundup timeline chronology sequence news headlines
    update updates latest article articles piece report reports story stories coverage newspaper archive
    """
)
"""What a request asks for, or for what."""
ASKING_PHRASES = _set(
    """
    short brief quick rough general full complete concise main key important recent newest chronological whole
    detailed events event points point order course development developments history background details facts paper
    opinion interview column editorial role part deal matter affair speed date far start beginning end finish words
    sentences lines stages stage few oldest first second new something anything everything things up out down herald
    gazette mercury tribune courier
    """
)
"""Words that ask beside others that do, and are topics elsewhere: "the main points of", "in order", "the Mercury"."""
TIME_WORDS = _set(
    "last past this week weeks weekend month months year years day days today yesterday now recently lately"
)
ARTICLE_NOUNS = _set(
    """
    article articles piece pieces story stories text texts post posts item items publication publications
    contribution contributions entry entries writeup writeups clipping clippings headline headlines title titles
    document documents
    """
)
"""What any article may be called."""
ARTICLE_GENRES = tuple(
    _list(words)
    for words in (
        "interview interviews q&a",
        "opinion opinions op-ed op-eds oped column columns commentary commentaries editorial editorials",
        "review reviews",
        "obituary obituaries obit",
        "report reports coverage dispatch dispatches",
        "letter letters",
        "speech speeches",
        "essay essays",
        "portrait portraits profile profiles",
        "retraction retractions correction corrections retract retracts retracted",
        "reprint reprints reprinted",
        "release releases",
        "liveblog blog ticker",
        "notice notices",
        "feature features",
        "analysis analyses",
    )
)
"""What an article may be called by its kind; other things than articles have these names, too."""
COLLECTION_NOUNS = _set("archive archives collection library corpus database newspaper newspapers paper magazine")
"""What articles are collected or printed in."""
AUTHOR_NOUNS = _set(
    """
    author authors writer writers reporter reporters journalist journalists columnist columnists correspondent
    correspondents critic critics contributor contributors byline bylines
    """
)
BYLINE_ROLES = AUTHOR_NOUNS | _set(
    """
    analyst anchor blogger chief director editor editors fellow freelancer host intern photographer photographers
    presenter producer staff staffer videographer
    """
)
"""What people are in a byline."""
ROLE_MODIFIERS = _set(
    """
    arts assistant associate business climate contributing crime culture defence deputy diplomatic economics education
    energy environment executive features finance food foreign freelance general guest head health home international
    investigations investigative lead legal local managing money national news political politics religion science
    senior social special sports tech technology transport travel world
    """
)
"""What stands before a role in a byline, as in "senior political correspondent"."""
NAME_PARTICLES = _set("van von der den de del della di da dos du la le bin ibn al el ter ten af av y e")
NO_NAMES = _set(
    """
    a about all am an and are at bei credit first for from für has image images im in is last min modified more of on
    photo photos pm posted published read share the to uhr um und updated view was with
    """
)
"""What stands beside the names in a byline, in capitals as well."""
NOBODIES = _set("admin administrator anonymous desk guest newsroom redaktie redaktion redazione team unknown webmaster")
"""Who signs where no author is named."""
WRITING_VERBS = _set(
    """
    write writes wrote written writing authored pen penned report reports reported reporting cover covers covered
    covering review reviews reviewed interview interviewed sign signed contribute contributed
    """
)
PUBLISHING_VERBS = _set(
    """
    publish publishes published print printed release released appear appears appeared run ran issue issued post
    posted came come comes out carry carried
    """
)
MENTION_VERBS = _set(
    """
    mention mentions mentioned mentioning name names named naming quote quotes quoted quoting contain contains
    containing cite cites cited citing feature features featuring featured
    """
)
SPEECH_VERBS = _set(
    """
    say says said state states stated claim claims claimed reveal reveals revealed explain explains explained
    announce announces announced
    """
)
"""What an article does with what it says, besides reporting and mentioning it."""

ARCHIVE_REQUEST_WORDS = _set(
    """
    ago altogether another anything archived average back begin begins big biggest both bring called chronological
    chronologically claim come complete contained contents count covered covers date dated dates day days deal deals
    dear different distinct each earlier earliest end ends entire ever every everything exist exists far file find
    first follow found frame full give given gives go goes got hello help here hold holds in include included
    includes interested issue journal just kind kinds know large last latest lengthiest like link list listing lists
    long longest look looking made main month months most mostly name need new newest next nothing number nutshell
    often old oldest on one ones only order original originally other overall overview page part people per period
    person photo phrase place please pls present proof provide quotation read recent search second section sections
    see select sent sentence separate series several shortest show shows single site size something sort sorts
    source span speak speaks start starts subject subjects tagged talk talks tell term thank thanks theme themes
    there thing things time timeframe times timespan together topic topics total treat treated treats try twice type
    types u undated unsigned up updated url use various want wanted web website week weeks whole without word words
    year years yes yet
    """
)
"""What people ask an archive with; beside these and what articles are called, a question's words say what about."""

MONTH_PATTERN = f"(?:{'|'.join([*MONTHS, 'sept', *(month[:3] for month in MONTHS)])})"
"""A month in full or abbreviated, without a point, in lower case as all patterns here."""
WEEKDAY_PATTERN = f"(?:{'|'.join([*WEEKDAYS, 'tues', 'thurs', *(day[:3] for day in WEEKDAYS)])})"

COMPARING_WORDS = _set(
    """
    between agree agrees agreed agreement disagree disagrees disagreed disagreement differ differs differed difference
    differences different differently compare compares compared comparing comparison contrast contrasts contrary
    contradict contradicts contradiction contradictions consistent conflict conflicts conflicting distinguish
    distinguishes same similar similarity similarities alike common versus vs opposed match matches tally side sides
    both each either other two three article articles report reports story stories source sources account accounts
    version versions paper papers newspaper newspapers piece pieces text texts author authors set put hold beside
    against
    """
)
"""What says that things are compared, or calls the sides by no more than that they are sides."""
REPORTING_VERBS = _set(
    """
    say says said tell tells told think thinks thought see sees saw view views describe describes described explain
    explains explained argue argues argued claim claims claimed write writes wrote want wants wanted believe believes
    believed mention mentions mentioned give gives gave handle handles handled stand stands stood make makes made judge
    judges judged put puts propose proposes proposed promise promises promised report reports reported name names named
    """
)
"""What sides do."""
QUANTITY_NOUNS = _set("number amount size figure figures total sum extent quantity count counts level rate")
"""What asks for a figure; who answers gives it without the word."""
