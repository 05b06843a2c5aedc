using KafkaMesh.Proxy.Commands;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Tests.Commands;

public sealed class BackgroundSinkTests
{
    [Fact]
    public void Dispose_EventsWaiting_WritesThemInOrder()
    {
        var written = new Written();
        using (Logger log = Log(written))
        {
            for (int i = 0; i < 100; i++)
            {
                log.Information("{Number}", i);
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), written.Lines);
        Assert.True(written.IsDisposed);
    }

    [Fact]
    public void Emit_OutputStuck_DropsTheOldestAndCountsThem()
    {
        var written = new Written();
        using (Logger log = Log(written))
        {
            written.Gate.Reset();
            log.Information("first");
            Assert.True(written.Entered.Wait(TimeSpan.FromSeconds(20)));
            for (int i = 0; i < 5000; i++)
            {
                log.Information("{Number}", i);
            }

            written.Gate.Set();
        }

        Assert.Equal(["first", "904 log events were dropped: the output is slower than the log", "904"], written.Lines[..3]);
        Assert.Equal("4999", written.Lines[^1]);
        Assert.Equal(2 + 4096, written.Lines.Count);
    }

    [Fact]
    public void Dispose_NothingLogged_OpensNothing()
    {
        bool opened = false;
        new BackgroundSink(() =>
        {
            opened = true;
            return new LoggerConfiguration().CreateLogger();
        }).Dispose();
        Assert.False(opened);
    }

    private static Logger Log(Written written) => new LoggerConfiguration()
        .WriteTo.Sink(new BackgroundSink(() => new LoggerConfiguration().WriteTo.Sink(written).CreateLogger()))
        .CreateLogger();

    private sealed class Written : ILogEventSink, IDisposable
    {
        public ManualResetEventSlim Gate { get; } = new(initialState: true);

        public ManualResetEventSlim Entered { get; } = new();

        public List<string> Lines { get; } = [];

        public bool IsDisposed { get; private set; }

        public void Emit(LogEvent logEvent)
        {
            Entered.Set();
            Gate.Wait();
            Lines.Add(logEvent.RenderMessage());
        }

        public void Dispose() => IsDisposed = true;
    }
}
