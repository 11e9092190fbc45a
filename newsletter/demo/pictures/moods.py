"""Colours for the hours and weathers of the pictures, all from the publisher's palette."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mood:
    """`far` to `near` go from the horizon to the viewer; `light` is a lit window."""

    sky: str
    glow: str
    sun: str
    far: str
    mid: str
    near: str
    water: str
    foam: str
    wall: str
    roof: str
    ink: str
    light: str
    accent: str


DAWN = Mood(
    sky="#FBE3CF",
    glow="#FDF1DF",
    sun="#FFD04D",
    far="#D9BFC0",
    mid="#8C93AE",
    near="#2C4F70",
    water="#6E9ABB",
    foam="#F7DCC5",
    wall="#FFF7EC",
    roof="#B4553F",
    ink="#15202B",
    light="#FFE08A",
    accent="#B42A1D",
)
DAY = Mood(
    sky="#CFE4F1",
    glow="#E6F0F7",
    sun="#FFD04D",
    far="#A9C8D8",
    mid="#5F9A8A",
    near="#1C6A43",
    water="#2F78A8",
    foam="#BBD9EA",
    wall="#FDFBF5",
    roof="#C2523F",
    ink="#15202B",
    light="#FFE9A8",
    accent="#B42A1D",
)
NOON = Mood(
    sky="#F6EBD2",
    glow="#FFF3DB",
    sun="#FFD04D",
    far="#C8D6B4",
    mid="#83B07C",
    near="#2E7A4E",
    water="#4E9DB5",
    foam="#DDEFEF",
    wall="#FFFDF6",
    roof="#D0713F",
    ink="#1B2B33",
    light="#FFE9A8",
    accent="#14507A",
)
DUSK = Mood(
    sky="#3F5F86",
    glow="#6A7FA0",
    sun="#FFB86B",
    far="#5A6A92",
    mid="#33517A",
    near="#1A2F4C",
    water="#2A4A72",
    foam="#8FA6C4",
    wall="#C9B4B0",
    roof="#7A3F4C",
    ink="#0F161D",
    light="#FFD04D",
    accent="#E2674A",
)
NIGHT = Mood(
    sky="#16263D",
    glow="#1F3654",
    sun="#F4E9C8",
    far="#223C5C",
    mid="#1B3150",
    near="#0F1D30",
    water="#17324F",
    foam="#486A8E",
    wall="#31486A",
    roof="#0F1D30",
    ink="#0B131F",
    light="#FFD04D",
    accent="#D9503F",
)
GREY = Mood(
    sky="#C9D3DB",
    glow="#DCE4EA",
    sun="#F1F5F8",
    far="#A7B5C1",
    mid="#7A8A99",
    near="#4A5B6B",
    water="#5F7F98",
    foam="#DCE4EA",
    wall="#EEF2F4",
    roof="#54677A",
    ink="#15202B",
    light="#FFE08A",
    accent="#B42A1D",
)
AUTUMN = Mood(
    sky="#F3E2C4",
    glow="#FBF0DC",
    sun="#F2B95E",
    far="#D6B48A",
    mid="#B9763F",
    near="#6E4A2A",
    water="#6C93A0",
    foam="#E9DCC4",
    wall="#FFF8EA",
    roof="#9A3F2C",
    ink="#2A1F1A",
    light="#FFE08A",
    accent="#1C6A43",
)
SPRING = Mood(
    sky="#E7F4EC",
    glow="#F6FBF4",
    sun="#FFD04D",
    far="#B5D9BE",
    mid="#74B78A",
    near="#1C6A43",
    water="#66AFC4",
    foam="#E7F4EC",
    wall="#FFFDF6",
    roof="#C2523F",
    ink="#15302B",
    light="#FFF0B8",
    accent="#D9577A",
)
PLUM = Mood(
    sky="#E6DDF2",
    glow="#F4EEFA",
    sun="#FFD9A0",
    far="#BFAEDB",
    mid="#8D74B8",
    near="#4A2F78",
    water="#6C6FB0",
    foam="#E6DDF2",
    wall="#FBF7FF",
    roof="#6B3FA0",
    ink="#241A38",
    light="#FFE08A",
    accent="#E08A4C",
)
DEEP = Mood(
    sky="#2F86A6",
    glow="#57A6BE",
    sun="#BFE6E6",
    far="#23708F",
    mid="#185A78",
    near="#0E3F58",
    water="#1B6585",
    foam="#9FD6DD",
    wall="#CFE9E6",
    roof="#B4553F",
    ink="#0A2A3C",
    light="#FFD04D",
    accent="#F08A5D",
)
SNOW = Mood(
    sky="#DCE8F1",
    glow="#EEF4F8",
    sun="#FFF0C4",
    far="#C3D3E0",
    mid="#A9BFD0",
    near="#F7FAFC",
    water="#7FA6C0",
    foam="#FFFFFF",
    wall="#E9D9C6",
    roof="#B4553F",
    ink="#22384D",
    light="#FFD04D",
    accent="#B42A1D",
)
