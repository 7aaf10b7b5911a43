"""A year's holiday notice (放假通知), as the file of one is written by hand."""

NOTICE = """
year = 2027
source = "国务院办公厅关于2027年部分节假日安排的通知"
[[holiday]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
[[holiday]]
name = "春节"
from = 2027-02-05
to = 2027-02-12
[[holiday]]
name = "清明节"
from = 2027-04-03
to = 2027-04-05
[[holiday]]
name = "劳动节"
from = 2027-05-01
to = 2027-05-05
[[holiday]]
name = "端午节"
from = 2027-06-09
to = 2027-06-09
[[holiday]]
name = "中秋节"
from = 2027-09-15
to = 2027-09-15
[[holiday]]
name = "国庆节"
from = 2027-10-01
to = 2027-10-07
[[workday]]
on = 2027-01-31
"""
