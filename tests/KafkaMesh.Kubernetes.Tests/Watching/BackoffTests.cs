using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Kubernetes.Watching;

namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>Pauses of an informer.</summary>
public sealed class BackoffTests
{
    [Fact]
    public void Next_FailureAfterFailure_DoublesWithJitterUpToTheLongest()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(30), new ManualTimeProvider());

        foreach (var step in new[] { 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30 })
        {
            Assert.InRange(backoff.Next().TotalSeconds, step, step * 1.5);
        }
    }

    [Fact]
    public void Next_AfterTwoGoodMinutes_BeginsAnew()
    {
        var clock = new ManualTimeProvider();
        var backoff = new Backoff(TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(30), clock);
        backoff.Next();
        backoff.Next();
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.InRange(backoff.Next().TotalSeconds, 3.2, 4.8);

        clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(1));
        Assert.InRange(backoff.Next().TotalSeconds, 0.8, 1.2);
    }
}
