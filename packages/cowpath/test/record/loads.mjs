/** Loads the driver, and does nothing with it. */
import 'pg';
