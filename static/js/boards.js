// What the boards run, as one file (scheduling/web/bundles.py); the rest is fetched when it is first needed.
import "./board.js";
import "./now.js";
import "./board-hand.js";
import "./board-stop.js";
import "./board-live.js";
