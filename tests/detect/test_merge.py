from frigate_ext.detect.merge import is_cut, merge
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection

FRAME = Size(1000, 600)
LEFT, RIGHT = Box(0, 0, 400, 400), Box(300, 0, 700, 400)


def person(score, *box, label="person"):
    return Detection(label, score, Box(*box))


def test_what_two_looks_show_is_one_thing_with_the_better_score():
    merged = merge(
        [(LEFT, [person(0.6, 320, 100, 360, 200)]), (RIGHT, [person(0.8, 321, 100, 361, 201)])], FRAME
    )
    assert merged == [person(0.8, 321, 100, 361, 201)]


def test_the_piece_at_an_edge_gives_way_to_the_whole_though_it_scores_better():
    piece, whole = person(0.9, 370, 100, 400, 200), person(0.5, 370, 100, 450, 200)
    assert merge([(LEFT, [piece]), (RIGHT, [whole])], FRAME) == [whole]


def test_a_piece_that_nothing_completes_stays():
    piece = person(0.9, 370, 100, 400, 200)
    assert merge([(LEFT, [piece]), (RIGHT, [])], FRAME) == [piece]


def test_two_people_in_one_look_stay_two():
    couple = [person(0.9, 320, 100, 360, 200), person(0.8, 330, 100, 370, 200)]
    assert merge([(LEFT, couple), (RIGHT, couple)], FRAME) == couple


def test_other_labels_are_other_things():
    both = [person(0.9, 320, 100, 360, 200)], [person(0.8, 320, 100, 360, 200, label="dog")]
    assert len(merge(list(zip((LEFT, RIGHT), both, strict=True)), FRAME)) == 2


def test_the_edge_of_the_frame_cuts_nothing_off():
    assert not is_cut(Box(0, 0, 50, 100), LEFT, FRAME)
    assert is_cut(Box(350, 0, 399, 100), LEFT, FRAME)
    assert is_cut(Box(300, 50, 340, 100), RIGHT, FRAME)
    assert not is_cut(Box(900, 500, 1000, 600), Box(600, 200, 1000, 600), FRAME)
