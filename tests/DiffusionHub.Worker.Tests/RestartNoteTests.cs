using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

public sealed class RestartNoteTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("0", null)]
    [InlineData("70", "stuck")]
    [InlineData("71", "lost its device")]
    [InlineData("137", "memory")]
    [InlineData("134", "exit code 134")]
    public void Who_took_the_place_of_another_says_why(string? exitCode, string? said)
    {
        var text = RestartNote.TextOf(exitCode);
        if (said is null)
        {
            text.ShouldBeNull();
        }
        else
        {
            text.ShouldNotBeNull().ShouldContain(said);
        }
    }
}
