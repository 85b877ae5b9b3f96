/** Loads the driver before anything else, as an agent or a `-r dotenv`-like file of the program's may. */
require('pg');
