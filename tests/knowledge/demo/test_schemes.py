"""The demo's vocabularies obey what its own forms demand."""

from knowledge.demo.library import read


def test_no_descriptor_is_related_to_what_stands_above_it():
    for scheme in read("schemes.yaml"):
        entries = {entry["id"]: entry for entry in scheme["concepts"]}
        for name, entry in entries.items():
            above, parent = [], entry.get("broader")
            while parent:
                above.append(parent)
                parent = entries[parent].get("broader")
            for one in above:
                assert one not in (entry.get("related") or ()), (name, one)
                assert name not in (entries[one].get("related") or ()), (one, name)
