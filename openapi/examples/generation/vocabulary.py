"""The vocabulary of generated data: names of several cultures, places, and plain nouns.

No entry belongs to a real person: domains are those of RFC 2606, and telephone numbers are from ranges that the
regulators of the countries reserve for fiction.
"""

from __future__ import annotations

from typing import Final, NamedTuple


def listed(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


class Place(NamedTuple):
    """A city with its address data; `#` in `postal_code` and `phone` is a placeholder for a digit."""

    city: str
    region: str
    region_code: str
    country: str
    country_code: str
    postal_code: str
    street: str
    timezone: str
    locale: str
    currency: str
    phone: str
    latitude: float
    longitude: float


PLACES: Final = (
    Place("Toronto", "Ontario", "ON", "Canada", "CA", "M5V 2T6", "Queen Street West", "America/Toronto", "en-CA", "CAD",
          "+141655501##", 43.6487, -79.3966),
    Place("Montréal", "Québec", "QC", "Canada", "CA", "H2X 1Y4", "Rue Sainte-Catherine", "America/Toronto", "fr-CA",
          "CAD", "+151455501##", 45.5089, -73.5617),
    Place("Vancouver", "British Columbia", "BC", "Canada", "CA", "V6B 1A1", "Granville Street", "America/Vancouver",
          "en-CA", "CAD", "+160455501##", 49.2827, -123.1207),
    Place("Chicago", "Illinois", "IL", "United States", "US", "606##", "Wabash Avenue", "America/Chicago", "en-US",
          "USD", "+131255501##", 41.8781, -87.6298),
    Place("Seattle", "Washington", "WA", "United States", "US", "981##", "Pine Street", "America/Los_Angeles", "en-US",
          "USD", "+120655501##", 47.6062, -122.3321),
    Place("Atlanta", "Georgia", "GA", "United States", "US", "303##", "Peachtree Street", "America/New_York", "en-US",
          "USD", "+140455501##", 33.749, -84.388),
    Place("London", "England", "ENG", "United Kingdom", "GB", "SE1 9GF", "Borough High Street", "Europe/London",
          "en-GB", "GBP", "+442079460###", 51.5055, -0.0905),
    Place("Glasgow", "Scotland", "SCT", "United Kingdom", "GB", "G2 1DY", "Buchanan Street", "Europe/London", "en-GB",
          "GBP", "+441414960###", 55.8617, -4.2583),
    Place("Cardiff", "Wales", "WLS", "United Kingdom", "GB", "CF10 1EP", "St Mary Street", "Europe/London", "en-GB",
          "GBP", "+442920180###", 51.4816, -3.1791),
    Place("Paris", "Île-de-France", "IDF", "France", "FR", "750##", "Rue Oberkampf", "Europe/Paris", "fr-FR", "EUR",
          "+3319900####", 48.8566, 2.3522),
    Place("Lyon", "Auvergne-Rhône-Alpes", "ARA", "France", "FR", "6900#", "Rue de la République", "Europe/Paris",
          "fr-FR", "EUR", "+3335301####", 45.764, 4.8357),
    Place("Berlin", "Berlin", "BE", "Germany", "DE", "101##", "Torstraße", "Europe/Berlin", "de-DE", "EUR",
          "+493023125###", 52.52, 13.405),
    Place("Hamburg", "Hamburg", "HH", "Germany", "DE", "200##", "Osterstraße", "Europe/Berlin", "de-DE", "EUR",
          "+494066969###", 53.5511, 9.9937),
    Place("Stockholm", "Stockholm", "AB", "Sweden", "SE", "111 ##", "Drottninggatan", "Europe/Stockholm", "sv-SE",
          "SEK", "+468465004##", 59.3293, 18.0686),
    Place("Sydney", "New South Wales", "NSW", "Australia", "AU", "20##", "Crown Street", "Australia/Sydney", "en-AU",
          "AUD", "+6125550####", -33.8688, 151.2093),
    Place("Melbourne", "Victoria", "VIC", "Australia", "AU", "30##", "Lygon Street", "Australia/Melbourne", "en-AU",
          "AUD", "+6135550####", -37.8136, 144.9631),
)  # fmt: skip

GIVEN_NAMES: Final = listed(
    "Ada Aiko Aisha Alejandro Amara Amina Anders Anh Anika Arjun Astrid Ayodele Beatriz Björn Camila Carlos Chidi "
    "Chloé Daniel Dina Elif Emeka Emma Fatima Gabriel Grace Hana Hassan Helena Hiroshi Ines Isaac Ivana Jamal Jonas "
    "Julia Kai Kavya Kenji Kwame Lars Leila Lena Leon Lucía Malik Marek Maria Mateo Maya Mei Mohammed Nadia Naveen "
    "Ngozi Noah Nora Olga Omar Pedro Priya Rafael Rosa Samuel Sana Selin Siobhán Sofia Tariq Tomás Wanjiru Wei Yara "
    "Yusuf Zoe"
)

FAMILY_NAMES: Final = listed(
    "Abebe Adeyemi Ahmed Andersson Bauer Bianchi Campbell Chen Cohen Costa Dubois Eriksen Fernández Garcia Green Gupta "
    "Haddad Hansen Herrera Hoang Hughes Ibrahim Ivanova Jensen Johnson Kamau Kapoor Kaya Khan Kim Kowalska Kuznetsov "
    "Laurent Lee López Mbeki Mendoza Mensah Meyer Moreau Murphy Nakamura Nguyen Novak Okafor Okonkwo Olsen Park Patel "
    "Pereira Petrov Popescu Ramírez Reddy Rossi Saito Santos Schmidt Sharma Silva Singh Smith Suzuki Tanaka Tran "
    "Tremblay Usman Virtanen Wagner Walker Wang Yilmaz Zhang"
)

COMPANY_NAMES: Final = listed(
    "Acme Alder Aurora Basalt Birch Bluebird Canopy Cedar Cobalt Compass Copper Coral Delta Ember Fathom Fjord Granite "
    "Harbour Hazel Horizon Indigo Juniper Kestrel Lantern Larch Linden Lumen Maple Meridian Mosaic Northwind Oakridge "
    "Onyx Orchard Osprey Pioneer Quartz Raven Redwood Sable Saffron Sierra Solstice Sparrow Summit Tamarack Tern "
    "Umbrella Vista Willow Zephyr"
)
COMPANY_KINDS: Final = ("Analytics", "Foods", "Group", "Health", "Labs", "Logistics", "Media", "Partners", "Studio",
                        "Systems", "Travel", "Works")  # fmt: skip

ADJECTIVES: Final = listed(
    "annual autumn blue brief bright central clear common daily early eastern final first fresh general gentle global "
    "green internal joint key late light local main modern monthly new northern open outer plain public quick quiet "
    "regional second shared short silver simple small southern spring steady summer urgent weekly western winter"
)
NOUNS: Final = listed(
    "account archive audit batch board bridge budget calendar campaign channel checklist collection contract course "
    "delivery demo draft event feedback follow-up guide handbook hiring index intake inventory invoice journey launch "
    "lead library market meeting menu newsletter notice offer onboarding order outreach pilot plan portal project "
    "proposal queue renewal report request review roadmap route schedule season session signal sprint store summary "
    "support survey team template ticket tour trial update visit workshop"
)
VERBS: Final = listed(
    "approve archive arrange assign check collect complete confirm describe discuss finish gather prepare present "
    "publish record renew review schedule send share summarize test update"
)

COLOURS: Final = ("amber", "black", "blue", "coral", "gold", "green", "grey", "indigo", "orange", "pink", "purple",
                  "red", "silver", "teal", "white", "yellow")  # fmt: skip
JOBS: Final = ("Account Manager", "Analyst", "Designer", "Engineer", "Head of Operations", "Nurse", "Office Manager",
               "Product Manager", "Recruiter", "Sales Representative", "Support Agent", "Teacher")  # fmt: skip
DEPARTMENTS: Final = ("Customer Success", "Design", "Engineering", "Finance", "Legal", "Marketing", "Operations",
                      "People", "Sales", "Support")  # fmt: skip
LANGUAGES: Final = ("en", "fr", "de", "es", "pt", "sv", "hi", "ja", "ar", "sw")
USER_AGENTS: Final = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1",
)
MIME_TYPES: Final = ("application/json", "application/pdf", "audio/mpeg", "image/jpeg", "image/png", "text/plain")
FILE_ENDINGS: Final = ("csv", "jpg", "md", "mp3", "pdf", "png", "txt")
STATUSES: Final = ("active", "archived", "completed", "draft", "inactive", "open", "paused", "pending", "scheduled")
KEYS: Final = ("primary", "secondary", "default", "internal", "external", "draft", "shared", "legacy")
