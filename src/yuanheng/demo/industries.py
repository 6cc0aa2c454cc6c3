"""Industries of the city: real classes of GB/T 4754-2017, invented economic levels.

The levels are round figures that make a plausible city; they describe no real industry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry as parks name it, with the usual levels of its enterprises.

    ``classes`` are (code, name, word in an enterprise's name, weight, energy multiplier).
    """

    name: str
    value_added_share: float  # of revenue
    tax_share: float  # of revenue
    value_added_per_mu: float  # 10^4 yuan a mu
    kwh_per_wan: float  # electricity for 10^4 yuan of revenue
    electric_share: float  # of total energy
    value_added_per_tonne: float  # 10^4 yuan a tonne of main pollutants
    value_added_per_person: float  # 10^4 yuan
    high_tech_share: float  # of the above-scale enterprises
    weight: float
    classes: tuple[tuple[str, str, str, float, float], ...]


INDUSTRIES = (
    Industry("汽车及零部件", 0.22, 0.040, 100, 460, 0.70, 5500, 20, 0.28, 1.0, (
        ("3670", "汽车零部件及配件制造", "汽车零部件", 8, 1.0),
        ("3660", "汽车车身、挂车制造", "车身", 1, 0.9),
        ("3612", "新能源车整车制造", "新能源汽车", 0.3, 0.8),
        ("3391", "黑色金属铸造", "铸造", 2, 2.2),
    )),
    Industry("电子信息", 0.24, 0.036, 125, 420, 0.84, 8000, 19, 0.38, 1.1, (
        ("3982", "电子电路制造", "电路", 3, 1.6),
        ("3981", "电阻电容电感元件制造", "电子元件", 3, 1.0),
        ("3973", "集成电路制造", "微电子", 1, 1.8),
        ("3974", "显示器件制造", "显示器件", 2, 1.2),
        ("3921", "通信系统设备制造", "通信设备", 1, 0.5),
        ("3985", "电子专用材料制造", "电子材料", 2, 1.3),
        ("3963", "智能无人飞行器制造", "无人飞行器", 1, 0.4),
    )),
    Industry("高端装备", 0.27, 0.046, 100, 400, 0.76, 6500, 20, 0.34, 1.5, (
        ("3421", "金属切削机床制造", "机床", 2, 0.8),
        ("3441", "泵及真空设备制造", "泵业", 3, 0.8),
        ("3443", "阀门和旋塞制造", "阀门", 3, 0.9),
        ("3451", "滚动轴承制造", "轴承", 2, 1.1),
        ("3484", "机械零部件加工", "精密机械", 6, 1.2),
        ("3491", "工业机器人制造", "机器人", 1, 0.4),
        ("3525", "模具制造", "模具", 4, 1.0),
        ("4011", "工业自动控制系统装置制造", "自动化", 2, 0.3),
    )),
    Industry("化工新材料", 0.22, 0.047, 88, 820, 0.42, 2300, 30, 0.30, 0.8, (
        ("2614", "有机化学原料制造", "化工", 2, 1.8),
        ("2641", "涂料制造", "涂料", 3, 0.6),
        ("2651", "初级形态塑料及合成树脂制造", "树脂", 2, 1.2),
        ("2662", "专项化学用品制造", "助剂", 3, 0.8),
        ("2659", "其他合成材料制造", "合成材料", 2, 1.1),
    )),
    Industry("生物医药", 0.33, 0.059, 120, 440, 0.62, 3800, 27, 0.40, 0.5, (
        ("2710", "化学药品原料药制造", "原料药", 1, 1.8),
        ("2720", "化学药品制剂制造", "制药", 2, 0.8),
        ("2740", "中成药生产", "中药", 2, 0.7),
        ("2770", "卫生材料及医药用品制造", "卫生材料", 3, 0.9),
        ("3584", "医疗、外科及兽医用器械制造", "医疗器械", 3, 0.6),
    )),
    Industry("纺织服装鞋", 0.23, 0.035, 72, 620, 0.66, 2800, 11, 0.07, 1.4, (
        ("1711", "棉纺纱加工", "纺织", 2, 1.8),
        ("1713", "棉印染精加工", "印染", 1, 2.4),
        ("1751", "化纤织造加工", "织造", 3, 1.4),
        ("1811", "运动机织服装制造", "运动服", 3, 0.4),
        ("1819", "其他机织服装制造", "服装", 5, 0.4),
        ("1830", "服饰制造", "服饰", 3, 0.4),
        ("1952", "皮鞋制造", "鞋业", 4, 0.5),
    )),
    Industry("食品", 0.21, 0.037, 68, 420, 0.52, 2600, 18, 0.10, 1.2, (
        ("1353", "肉制品及副产品加工", "肉制品", 3, 1.0),
        ("1371", "蔬菜加工", "果蔬", 3, 0.9),
        ("1411", "糕点、面包制造", "糕点", 2, 0.9),
        ("1439", "其他方便食品制造", "方便食品", 3, 0.9),
        ("1469", "其他调味品、发酵制品制造", "调味品", 2, 1.1),
        ("1529", "茶饮料及其他饮料制造", "饮料", 1, 1.1),
        ("1530", "精制茶加工", "茶业", 3, 0.8),
    )),
    Industry("有色金属", 0.18, 0.031, 84, 980, 0.62, 2300, 27, 0.17, 0.8, (
        ("3240", "有色金属合金制造", "合金", 2, 1.6),
        ("3251", "铜压延加工", "铜材", 2, 1.0),
        ("3252", "铝压延加工", "铝材", 4, 1.0),
        ("3392", "有色金属铸造", "压铸", 3, 1.1),
        ("3360", "金属表面处理及热处理加工", "热处理", 3, 1.3),
    )),
    Industry("建材陶瓷", 0.27, 0.044, 58, 950, 0.42, 2000, 20, 0.09, 1.0, (
        ("3011", "水泥制造", "水泥", 0.4, 2.6),
        ("3021", "水泥制品制造", "水泥制品", 5, 0.4),
        ("3031", "粘土砖瓦及建筑砌块制造", "砌块", 3, 1.0),
        ("3034", "隔热和隔音材料制造", "保温材料", 2, 0.8),
        ("3042", "特种玻璃制造", "玻璃", 1, 1.6),
        ("3071", "建筑陶瓷制品制造", "陶瓷", 2, 1.8),
    )),
    Industry("新能源电气", 0.23, 0.038, 112, 440, 0.80, 7000, 21, 0.34, 1.1, (
        ("3825", "光伏设备及元器件制造", "光伏", 2, 1.1),
        ("3841", "锂离子电池制造", "电池", 2, 1.5),
        ("3831", "电线、电缆制造", "电缆", 4, 0.8),
        ("3823", "配电开关控制设备制造", "开关", 4, 0.6),
        ("3872", "照明灯具制造", "照明", 3, 0.7),
        ("3812", "电动机制造", "电机", 2, 1.0),
    )),
    Industry("家居包装", 0.24, 0.038, 70, 430, 0.76, 3600, 14, 0.07, 1.6, (
        ("2110", "木质家具制造", "家具", 5, 0.8),
        ("2231", "纸和纸板容器制造", "纸品", 4, 1.0),
        ("2319", "包装装潢及其他印刷", "包装", 4, 0.8),
        ("2921", "塑料薄膜制造", "薄膜", 2, 1.5),
        ("2927", "日用塑料制品制造", "塑料制品", 5, 1.3),
        ("3351", "建筑、家具用金属配件制造", "五金", 5, 0.9),
    )),
)  # fmt: skip

INDUSTRY_INDEX = {industry.name: place for place, industry in enumerate(INDUSTRIES)}

CLASS_INDUSTRY = np.array(
    [place for place, industry in enumerate(INDUSTRIES) for _ in industry.classes]
)
_CLASSES = tuple(entry for industry in INDUSTRIES for entry in industry.classes)
CLASS_CODES = tuple(entry[0] for entry in _CLASSES)
CLASS_NAMES = tuple(entry[1] for entry in _CLASSES)
CLASS_WORDS = tuple(entry[2] for entry in _CLASSES)
CLASS_ENERGY = np.array([entry[4] for entry in _CLASSES])
CLASS_WEIGHTS = np.concatenate(
    [
        np.array([entry[3] for entry in industry.classes])
        / sum(entry[3] for entry in industry.classes)
        for industry in INDUSTRIES
    ]
)
"""Weight of each class inside its industry; sums to one for each industry."""
