-- What canaries are numbered by, downwards: people read the numbers of cases, and find no gaps of two thousand a day in them.
CREATE SEQUENCE canary_numbers INCREMENT BY -1;
