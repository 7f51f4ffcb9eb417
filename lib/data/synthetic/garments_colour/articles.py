"""The articles of the drawn colour set, and the colours and seasons they come in, with their shares."""

# articleType: subCategory, masterCategory, drawing, pictures, genders, usages; shares need not add up to 1.
# fmt: off
ARTICLES: dict[str, tuple] = {
    "Tshirts":       ("Topwear", "Apparel", "top", 900, {"Men": 6, "Women": 3, "Boys": 1, "Girls": 0.6},
        {"Casual": 94, "Sports": 6}),
    "Shirts":        ("Topwear", "Apparel", "top", 580, {"Men": 8, "Women": 1.5, "Boys": 0.4},
        {"Casual": 62, "Formal": 32, "Smart Casual": 6}),
    "Tops":          ("Topwear", "Apparel", "top", 300, {"Women": 9, "Girls": 1}, {"Casual": 98, "Ethnic": 1}),
    "Kurtas":        ("Topwear", "Apparel", "top", 230, {"Women": 8, "Men": 2}, {"Ethnic": 95, "Casual": 5}),
    "Sweaters":      ("Topwear", "Apparel", "top", 240, {"Men": 5, "Women": 4, "Boys": 1}, {"Casual": 98, "Formal": 1}),
    "Jackets":       ("Topwear", "Apparel", "top", 240, {"Men": 7, "Women": 3},
        {"Casual": 60, "Formal": 22, "Smart Casual": 13, "Sports": 5}),
    "Dresses":       ("Dress", "Apparel", "top", 300, {"Women": 8, "Girls": 2},
        {"Casual": 95, "Formal": 4, "Ethnic": 1}),
    "Jeans":         ("Bottomwear", "Apparel", "trousers", 240, {"Men": 6, "Women": 4}, {"Casual": 1}),
    "Trousers":      ("Bottomwear", "Apparel", "trousers", 220, {"Men": 7, "Women": 3},
        {"Casual": 50, "Formal": 42, "Smart Casual": 8}),
    "Shorts":        ("Bottomwear", "Apparel", "trousers", 180, {"Men": 6, "Women": 2, "Boys": 2},
        {"Casual": 85, "Sports": 15}),
    "Track Pants":   ("Bottomwear", "Apparel", "trousers", 150, {"Men": 7, "Women": 3}, {"Sports": 75, "Casual": 25}),
    "Casual Shoes":  ("Shoes", "Footwear", "shoe", 380, {"Men": 7, "Women": 2, "Boys": 1},
        {"Casual": 95, "Smart Casual": 5}),
    "Formal Shoes":  ("Shoes", "Footwear", "shoe", 150, {"Men": 9, "Women": 1},
        {"Formal": 88, "Casual": 10, "Smart Casual": 2}),
    "Sports Shoes":  ("Shoes", "Footwear", "shoe", 260, {"Men": 7, "Women": 3}, {"Sports": 72, "Casual": 28}),
    "Heels":         ("Shoes", "Footwear", "shoe", 200, {"Women": 1}, {"Casual": 94, "Formal": 5, "Ethnic": 1}),
    "Sandals":       ("Sandal", "Footwear", "shoe", 180, {"Women": 5, "Men": 4, "Girls": 1}, {"Casual": 1}),
    "Flip Flops":    ("Flip Flops", "Footwear", "shoe", 130, {"Men": 6, "Women": 4}, {"Casual": 1}),
    "Handbags":      ("Bags", "Accessories", "handbag", 320, {"Women": 1}, {"Casual": 1}),
    "Backpacks":     ("Bags", "Accessories", "backpack", 130, {"Unisex": 6, "Men": 2, "Women": 2},
        {"Casual": 92, "Sports": 8}),
    "Watches":       ("Watches", "Accessories", "watch", 330, {"Men": 6, "Women": 4},
        {"Casual": 96, "Formal": 2, "Sports": 2}),
    "Belts":         ("Belts", "Accessories", "belt", 150, {"Men": 7, "Women": 3}, {"Casual": 90, "Formal": 10}),
    "Ties":          ("Ties", "Accessories", "tie", 90, {"Men": 1}, {"Formal": 88, "Casual": 12}),
    "Pendant":       ("Jewellery", "Accessories", "pendant", 40, {"Women": 1}, {"Casual": 95, "Ethnic": 5}),
    "Perfume and Body Mist": ("Fragrance", "Personal Care", "perfume", 160, {"Men": 5, "Women": 5}, {"Casual": 1}),
    "Lipstick":      ("Lips", "Personal Care", "lipstick", 110, {"Women": 1}, {"Casual": 1}),
    "Free Gifts":    ("Free Gifts", "Free Items", "odd", 12, {"Unisex": 1, "Women": 1}, {"Casual": 1}),
    "Vouchers":      ("Vouchers", "Free Items", "odd", 1, {"Unisex": 1}, {"Casual": 1}),
    "Umbrellas":     ("Umbrellas", "Accessories", "odd", 2, {"Unisex": 1}, {"Casual": 1}),
}
COLOURS = {  # red, green, blue, 0 to 255
    "Black": (34, 33, 37), "White": (240, 240, 238), "Blue": (52, 96, 186), "Navy Blue": (30, 38, 82),
    "Grey": (134, 136, 140), "Red": (200, 36, 42), "Green": (48, 134, 72), "Pink": (236, 128, 168),
    "Purple": (112, 62, 150), "Brown": (106, 66, 40), "Yellow": (240, 208, 62), "Beige": (214, 192, 156),
    "Orange": (238, 122, 38), "Olive": (104, 106, 52), "Maroon": (112, 26, 40), "Khaki": (176, 158, 110),
    "Silver": (196, 198, 204), "Gold": (206, 164, 76),
}
BRIGHT: dict[str, float] = {
    "Blue": 4, "White": 4, "Black": 4, "Red": 3, "Grey": 3, "Green": 2.5, "Navy Blue": 2, "Yellow": 1.5, "Orange": 1.2,
    "Purple": 1.2, "Brown": 1, "Maroon": 0.7, "Olive": 0.7, "Beige": 0.7,
}
FEMALE: dict[str, float] = {
    "Pink": 4, "Black": 3, "Purple": 2.5, "Red": 2.5, "White": 2, "Blue": 2, "Yellow": 1.5, "Green": 1.5, "Orange": 1.2,
    "Beige": 1, "Maroon": 1, "Brown": 1,
}
FORMAL = {"White": 4, "Black": 4, "Blue": 1.5, "Navy Blue": 2.5, "Grey": 2.5, "Purple": 0.4, "Brown": 0.5, "Pink": 0.3}
SMART = {"Beige": 2.5, "Olive": 2, "Maroon": 2, "Grey": 2, "Brown": 2, "Khaki": 2, "Navy Blue": 1.5, "Purple": 0.6}
LEATHER: dict[str, float] = {"Black": 6, "Brown": 4, "Beige": 0.7, "Maroon": 0.5}
PALETTES: dict[str, dict[str, float]] = {  # by article, else by usage, else by gender
    "Jeans": {"Blue": 7, "Navy Blue": 3, "Black": 2, "Grey": 1.5},
    "Watches": {"Black": 5, "Silver": 2.5, "Brown": 2, "Gold": 1, "White": 1, "Blue": 1, "Pink": 0.5},
    "Belts": LEATHER, "Formal Shoes": LEATHER,
    "Pendant": {"Gold": 3, "Silver": 3, "Red": 1, "Blue": 1},
    "Perfume and Body Mist": {"Blue": 2, "Pink": 2, "Purple": 1, "Yellow": 2, "White": 1, "Green": 1, "Black": 1},
    "Lipstick": {"Red": 4, "Pink": 4, "Maroon": 2, "Brown": 2, "Orange": 1},
    "Formal": FORMAL, "Smart Casual": SMART,
}
SEASONS: dict[str, dict[str, float]] = {  # by the sleeves 0 to 3; "" for what has none
    "0": {"Summer": 9, "Fall": 1, "Spring": 0.5}, "1": {"Summer": 8, "Fall": 2}, "2": {"Summer": 6, "Fall": 4},
    "3": {"Fall": 5, "Winter": 3, "Summer": 2}, "": {"Winter": 3, "Summer": 4, "Fall": 2},
}
# fmt: on
