// What every page runs, as one file (scheduling/web/bundles.py).
import "./dialog.js";
import "./panel.js";
import "./toast.js";
import "./notice.js";
import "./session.js";
import "./idle.js";
import "./passkey.js";
import "./submit.js";
import "./search.js";
import "./autocomplete.js";
import "./booking.js";
