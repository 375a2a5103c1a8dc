CREATE TABLE networks (
	hash TEXT PRIMARY KEY,  -- SHA-256 of data
	data BLOB NOT NULL      -- as in a .rtn file
) STRICT;

CREATE TABLE searches (
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE,  -- hash of scene, criterion, method, its numbers and the seed: the same search goes on
	name TEXT NOT NULL,
	method TEXT NOT NULL,
	criterion TEXT NOT NULL,
	network TEXT NOT NULL REFERENCES networks (hash),
	begun TEXT NOT NULL,       -- UTC
	state BLOB NOT NULL,       -- JSON: what its next round needs
	estimate TEXT NOT NULL     -- JSON: what is known so far
) STRICT;

CREATE TABLE episodes (
	id INTEGER PRIMARY KEY,
	search INTEGER NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
	round INTEGER NOT NULL,
	"case" TEXT NOT NULL,
	kind TEXT NOT NULL,
	type INTEGER NOT NULL,     -- NHTSA's number, 0 for none
	time_s REAL NOT NULL,
	log_ratio REAL NOT NULL,
	weight_per_h REAL NOT NULL, -- as of the last round of the search
	condition TEXT NOT NULL,
	surface TEXT NOT NULL,
	night INTEGER NOT NULL,
	ttc_s REAL, pet_s REAL, drac_m_s2 REAL, closing_speed_m_s REAL, delta_v_m_s REAL,
	data BLOB NOT NULL         -- the episode: JSON, zstd
) STRICT;

CREATE INDEX episodes_by_search ON episodes (search, type);
