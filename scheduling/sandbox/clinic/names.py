"""Invented names. Nobody here exists; the combinations are made by chance or to try out a page.

The lists are mixed on purpose: accents, apostrophes, hyphens, scripts that run from right to left, very long and
very short names are what a real patient list holds and what a layout must bear.
"""

CLINICIANS: tuple[tuple[str, str], ...] = (
    ("Mara", "Ellingsen"),
    ("Tobias", "Achterberg"),
    ("Priyanka", "Vellore"),
    ("Zoë", "Castellan"),
    ("Dermot", "O'Halloran"),
    ("Yukiko", "Amanuma"),
    ("Kwabena", "Asantewaa"),
    ("Lucía", "Barrientos"),
    ("Henrike", "Dahlquist"),
    ("Farouk", "Benhadji"),
    ("Noelani", "Kahele"),
    ("Stellan", "Brandvold"),
    ("Ifeoma", "Nwachuku"),
    ("Renée", "Charbonnel"),
    ("Anselm", "Pfeiferling"),
    ("Jia Li", "Fengming"),
    ("Oksana", "Melnychenko"),
    ("Callum", "Strathdee"),
    ("Graciela", "Montañero"),
    ("Bartholomew", "Quillfeather"),
    ("Sunniva", "Lindekvist"),
    ("Rashida", "Al-Masoudi"),
    ("Tevita", "Fonokalafi"),
    ("Margit", "Szentesi"),
)

STAFF: tuple[tuple[str, str], ...] = (
    ("Corinne", "Applewhite"),
    ("Desmond", "Okonjo-Hale"),
    ("Philippa", "Thornbury"),
    ("Joaquín", "Villaseñor"),
    ("Adaline", "Rookwood"),
)

SPECIAL_PATIENTS: tuple[tuple[str, str], ...] = (
    ("Siobhán", "O'Brien"),
    ("נועה", "לוינסקי"),
    ("Maximiliana Wilhelmine Charlotte", "von Hohenstein-Ravensburghausen de la Fuente"),
    ("E", "Ødegård"),
    ("ليلى", "الحدادي"),
    ("Jo", "Y"),
    ("Nguyễn Ánh", "Dương"),
    ("Mary-Kate", "St. Clairmont"),
    ("Łukasz", "Wiśniewiecki"),
    ("Tawny", "Applegarth"),
    ("Tawny", "Applegarth"),
)
"""The last two share a name, as two people in a real list will."""

_FIRST = """
Abena Adela Agnieszka Aisha Alaric Amadou Anaïs Anders Anneliese Aram Arlo Astrid Aurelio Ayumi Basil Beatrix Benedikt
Bilal Branwen Brígida Caspian Cecily Chiara Cormac Cosima Dagny Damaris Dario Delphine Dilnoza Edmund Efua Eilidh Elio
Elspeth Emeka Esperanza Fatou Fenella Fiorella Florian Gideon Gisela Gwendolyn Hadiya Hamish Haruto Hedda Ignacio Ilse
Imogen Ines Isidro Jarek Jocasta Juniper Kalinda Kamala Katya Kenji Kofi Lachlan Leocadia Liesel Lorcan Ludmila Magnus
Maile Malachi Manon Marisol Matteo Mei Mireille Nadia Narges Nils Noémie Octavia Odalys Olamide Orla Otis Paloma
Pascal Perpetua Quentin Ramona Rhiannon Rocío Roksana Rufus Saoirse Sefa Selma Shirin Sigrid Soledad Sören Sunita
Tamsin Tariq Thaddeus Tindra Tomasz Ursula Valentín Verena Wanjiru Wilhelmina Xiomara Yaretzi Yosef Zainab Zdenka
"""
_LAST = """
Abernethy Adeyinka Albescu Amsel Arrowsmith Aydinoglu Bakkerman Balewa Barrowclough Bellweather Bergqvist Birchwood
Bonaventura Brackenridge Bramwell Calderwood Carvalhal Castlemaine Chikezie Coppinger Corrigan Cruickshank D'Amorelli
Dunmorrow Eastlake Ebersole Elderflower Escobedo Fairweather Farrukhzad Feldkirch Fernsby Figueiroa Fjeldstad
Gallowglass Garrick Ghorbani Goldenberry Greycastle Guðmundsen Halvorsrud Hartigan Hawkswell Hazeldine Hinterland
Holloway-Reyes Ibarrola Iversholt Jankovski Jayasundera Kaczmarek Kanagawa Kestrel Kirkbride Kowalczuk Lancaster-Mbeki
Larkspur Leclairet Lindholm Lockridge Lópezarana Macgillis Makwetu Marchetti-Bloom Merriweather Mihailova Moonstone
Mukherjea Nakagawara Netherby Nightingall Nyambura Oakhollow Obuya Okpara Oyelaranti Palomares Pemberley Penhallow
Petrosyanko Pickersgill Quesnel-Ruiz Rademacher Ravensdale Rendón Rosenquist Saltmarsh Sandoval-Ek Satyamurti
Schreiberling Sepulvedra Silverthorne Skovgaardsen Snowdon Sorrentini Sweetwater Tallgrass Tanikawa Thistlewood
Tikhonova Trevelyan-Shah Tsegayech Uchendu Umarov Underhill Valdivieso Vanderhoeven Waldenstrom Wetherington Whitlock
Wintersmith Woldemariam Xochitlan Yamakoshi Yarrow Zelenkova Zubiri
"""

FIRST: tuple[str, ...] = tuple(_FIRST.split())
LAST: tuple[str, ...] = tuple(_LAST.split())
