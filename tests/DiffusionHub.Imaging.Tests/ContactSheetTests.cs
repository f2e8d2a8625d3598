namespace DiffusionHub.Imaging.Tests;

public sealed class ContactSheetTests
{
    [Fact]
    public void Pictures_lie_row_by_row_and_what_is_behind_the_last_is_white()
    {
        var sheet = ContactSheet.Of([Plain(1), Plain(2), Plain(3)], 2);
        (sheet.Width, sheet.Height).ShouldBe((4, 2));
        sheet.Pixels.Chunk(3).Select(pixel => pixel[0]).ShouldBe([1, 1, 2, 2, 3, 3, 255, 255]);
    }

    [Fact]
    public void Pictures_of_other_sizes_or_none_are_refused()
    {
        Should.Throw<ArgumentException>(() => ContactSheet.Of([Plain(1), new RgbImage(1, 1, [1, 2, 3])], 2));
        Should.Throw<ArgumentException>(() => ContactSheet.Of([], 2));
    }

    private static RgbImage Plain(byte value) => new(2, 1, [value, value, value, value, value, value]);
}
