using DiffusionHub.Worker.Computing;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

/// <summary>Who may compute beside whom.</summary>
public sealed class FloorTests
{
    private int _woken;

    [Fact]
    public async Task Those_of_one_key_compute_together_up_to_the_limit()
    {
        var floor = Floor(2);
        floor.Room.ShouldBe(2);
        var places = Announced(floor, 3);
        floor.Room.ShouldBe(0, "what was announced counts");
        await places[0].EnterAsync("a", default);
        await places[1].EnterAsync("a", default);
        var third = places[2].EnterAsync("a", default);
        third.IsCompleted.ShouldBeFalse();
        places[0].Dispose();
        await third;
        floor.Room.ShouldBe(0);
        places[1].Dispose();
        floor.Room.ShouldBe(1);
    }

    [Fact]
    public async Task Who_cannot_share_waits_and_closes_the_door_behind_it()
    {
        var floor = Floor(4);
        var places = Announced(floor, 4);
        await places[0].EnterAsync("a", default);
        var other = places[1].EnterAsync("b", default);
        var late = places[2].EnterAsync("a", default);
        var alone = places[3].EnterAsync(null, default);
        (other.IsCompleted, late.IsCompleted, alone.IsCompleted).ShouldBe((false, false, false));
        floor.Room.ShouldBe(0, "somebody waits");
        places[0].Dispose();
        await other;
        late.IsCompleted.ShouldBeFalse();
        places[1].Dispose();
        await late;
        alone.IsCompleted.ShouldBeFalse();
        places[2].Dispose();
        await alone;
        floor.Room.ShouldBe(0, "it needs the device for itself");
        places[3].Dispose();
        floor.Room.ShouldBe(4);
    }

    [Fact]
    public async Task Who_is_almost_done_makes_room_for_its_like_and_keeps_the_others_out()
    {
        var floor = Floor(1);
        var places = Announced(floor, 1);
        await places[0].EnterAsync("a", default);
        floor.Room.ShouldBe(0);
        var woken = _woken;
        places[0].BeginsToLeave();
        (floor.Room, _woken).ShouldBe((1, woken + 1));
        var next = Announced(floor, 1)[0];
        await next.EnterAsync("a", default);
        var other = Announced(floor, 1)[0];
        var waits = other.EnterAsync("b", default);
        next.Dispose();
        waits.IsCompleted.ShouldBeFalse();
        places[0].Dispose();
        await waits;
    }

    [Fact]
    public async Task Who_gives_up_waiting_lets_the_next_one_in()
    {
        var floor = Floor(2);
        var places = Announced(floor, 3);
        await places[0].EnterAsync("a", default);
        using var source = new CancellationTokenSource();
        var gaveUp = places[1].EnterAsync("b", source.Token);
        var next = places[2].EnterAsync("a", default);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gaveUp);
        await next;
    }

    [Fact]
    public async Task Nothing_is_fetched_while_somebody_waits_for_a_model()
    {
        var floor = Floor(4);
        var places = Announced(floor, 2);
        await places[0].EnterAsync("a", default);
        floor.Room.ShouldBe(2);
        places[1].HoldUp();
        floor.Room.ShouldBe(0);
        places[1].Dispose();
        floor.Room.ShouldBe(3);
    }

    [Fact]
    public async Task Work_alone_waits_for_its_turn_and_brings_back_its_result_or_its_fault()
    {
        var floor = Floor(2);
        var place = Announced(floor, 1)[0];
        await place.EnterAsync("a", default);
        var alone = floor.RunAloneAsync(() => Environment.CurrentManagedThreadId, default);
        alone.IsCompleted.ShouldBeFalse();
        place.Dispose();
        (await alone).ShouldNotBe(Environment.CurrentManagedThreadId);
        await Should.ThrowAsync<InvalidOperationException>(floor.RunAloneAsync<int>(() => throw new InvalidOperationException("no"), default));
        floor.Room.ShouldBe(2);
    }

    private Floor Floor(int most) => new(most, () => _woken++);

    private static List<Floor.Place> Announced(Floor floor, int count) => [.. Enumerable.Range(0, count).Select(_ => floor.Announce())];
}
