using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

/// <summary>What becomes of the owner of an evicted pod: it recovers, wants fewer pods, or makes none that is better.</summary>
public sealed class PodRolloutSuccessorTests : PodRolloutTest
{
    [Fact]
    public async Task Step_SuccessorIsNoBetter_LeavesItsOwnerAloneForAWhile()
    {
        await CreateAsync("a", Old);
        await StepAsync();
        await CreateAsync("b", hash: null);

        var state = await StepAsync();

        Assert.Equal(RolloutPhase.Stuck, state.Phase);
        Assert.Equal("Pod b was replaced by one that is no better: see its events and kafkamesh check. It is tried again later.", state.Detail);
        Assert.Equal(["b"], (await PodsAsync()).Select(p => p.Name));
        Assert.Equal(RolloutPhase.Stuck, (await StepAsync()).Phase);

        // Another configuration is another chance.
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync("2222222222222222")).Phase);
        Assert.Empty(await PodsAsync());
    }

    [Fact]
    public async Task Step_OneMiss_IsMadeGoodByTheNextTry()
    {
        await CreateAsync("a", Old);
        await StepAsync();
        await CreateAsync("missed", hash: null);
        Assert.Equal(RolloutPhase.Stuck, (await StepAsync()).Phase);

        Clock.Offset += TimeSpan.FromMinutes(1);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Empty(await PodsAsync());
        await CreateAsync("c", Current);

        Assert.Equal(RolloutState.Idle, await StepAsync());
        Assert.Empty(Progress.Pauses);
    }

    [Fact]
    public async Task Step_OwnerNeverGetsBetter_IsTriedLessAndLess()
    {
        await CreateAsync("pod-0", Old);
        var evictions = new List<double>();
        var start = Clock.Offset;
        for (var minute = 0; minute < 70; minute++)
        {
            var before = Events.All.Count;
            await StepAsync();
            if (Events.All.Count > before)
            {
                evictions.Add((Clock.Offset - start).TotalMinutes);
                await CreateAsync($"pod-{evictions.Count}", hash: null);
                await StepAsync();
            }
            Clock.Offset += TimeSpan.FromMinutes(1);
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 63], evictions);
    }

    [Fact]
    public async Task Step_SuccessorNeverBecomesReady_LeavesItsOwnerAloneUntilItIs()
    {
        await CreateAsync("a1", Old);
        await CreateAsync("a2", Old);
        await CreateAsync("other", Old, owner: Other);
        await StepAsync();
        await CreateAsync("a3", Current, isReady: false);
        Clock.Offset = TimeSpan.FromMinutes(9);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["a2", "a3", "other"], await NamesAsync());

        // The others go on. What is left of this owner serves on, however long it takes.
        Clock.Offset = TimeSpan.FromMinutes(11);
        await StepAsync();
        Assert.Equal(["a2", "a3"], await NamesAsync());
        await CreateAsync("next", Current, owner: Other);
        Clock.Offset = TimeSpan.FromDays(2);
        var state = await StepAsync();
        Assert.Equal((RolloutPhase.Stuck, "The owner of pod a2 has fewer ready pods than before one of them was evicted: it is left alone until it has as many again."), (state.Phase, state.Detail));
        Assert.Equal(["a2", "a3", "next"], await NamesAsync());

        await SetReadyAsync("a3", isReady: true);
        await StepAsync();
        Assert.Equal(["a3", "next"], await NamesAsync());
    }

    [Fact]
    public async Task Step_OwnerIsScaledToNothing_GoesOnWithTheOthers()
    {
        await CreateAsync("a1", Old);
        await CreateAsync("a2", Old);
        await CreateAsync("other", Old, owner: Other);
        await StepAsync();
        await DeleteAsync("a2");

        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["other"], await NamesAsync());

        Clock.Offset += TimeSpan.FromSeconds(30);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Empty(await NamesAsync());
        Assert.Empty(Progress.Pauses);
    }

    [Fact]
    public async Task Step_OwnerIsScaledDown_GoesOnWithWhatItHas()
    {
        foreach (var name in (string[])["a1", "a2", "a3"])
            await CreateAsync(name, Old);
        await StepAsync();
        await CreateAsync("a4", Current, isReady: false);
        await StepAsync();
        await DeleteAsync("a4");

        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["a2", "a3"], await NamesAsync());

        Clock.Offset += TimeSpan.FromSeconds(30);
        await StepAsync();
        Assert.Equal(["a3"], await NamesAsync());
    }

    [Fact]
    public async Task Step_OwnerMayMakeNoPods_LosesOnlyOne()
    {
        // As with a quota that is used up.
        await CreateAsync("a1", Old);
        await CreateAsync("a2", Old);
        await CreateAsync("other", Old, owner: Other);
        await StepAsync();
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);

        Clock.Offset += TimeSpan.FromSeconds(30);
        await StepAsync();
        Assert.Equal(["a2"], await NamesAsync());
        await CreateAsync("next", Current, owner: Other);
        Clock.Offset += TimeSpan.FromDays(2);
        Assert.Equal(RolloutPhase.Stuck, (await StepAsync()).Phase);

        await CreateAsync("a3", Current);
        Assert.Equal(RolloutPhase.Waiting, (await StepAsync()).Phase);
        Assert.Equal(["a3", "next"], await NamesAsync());
    }
}
