# Adaptive Cards, held against their schema.
#   read_cards.py SCHEMA < CARDS      a card a line
import json
import pathlib
import sys

import jsonschema

schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
validator = jsonschema.validators.validator_for(schema)(schema)
cards = [json.loads(line) for line in sys.stdin]
wrong = [error for card in cards for error in validator.iter_errors(card)]
for error in wrong[:5]:
    print(error, file=sys.stderr)
print(f"{len(cards)} cards")
sys.exit(1 if wrong else 0)
