-- @both
-- Whoever raised a matter that was merged into another is asked about the reply and may not act for the other's raiser: his row there
-- says "merged". Rows from before said "confirmed", as for whoever stands by the matter as its raiser, and are told apart by the link.
UPDATE party SET state = 'merged'
WHERE party = 'proposers' AND state = 'confirmed'
  AND EXISTS (SELECT 1 FROM link l JOIN matter m ON m.id = l.from_id
              WHERE l.kind = 'merged_into' AND l.from_kind = 'matter' AND l.to_kind = 'matter' AND l.to_id = party.matter
                AND (m.raiser = party.person
                     OR EXISTS (SELECT 1 FROM party y WHERE y.matter = m.id AND y.party = 'proposers' AND y.person = party.person)))
  AND NOT EXISTS (SELECT 1 FROM matter o WHERE o.id = party.matter AND o.raiser = party.person);
