using System.Threading.Channels;
using KafkaMesh.Operator.Commands.Top.Screen;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary>A terminal whose size and keys a test decides, and whose screens it reads.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private readonly Channel<ConsoleKeyInfo> _keys = Channel.CreateUnbounded<ConsoleKeyInfo>();
    private readonly Channel<IReadOnlyList<string>> _screens = Channel.CreateUnbounded<IReadOnlyList<string>>();

    public event EventHandler? Changed;

    public (int Width, int Height) Size { get; private set; } = (100, 12);

    public ChannelReader<ConsoleKeyInfo> Keys => _keys.Reader;

    /// <summary>Nobody is there any more.</summary>
    public bool IsGone { get; set; }

    public bool Write(string text)
    {
        _screens.Writer.TryWrite(ScreenText.Last(text)!);
        return !IsGone;
    }

    public void Press(char key) => _keys.Writer.TryWrite(new ConsoleKeyInfo(key, default, shift: false, alt: false, control: false));

    public void Resize(int width, int height)
    {
        Size = (width, height);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>The next screen that is as it should be; 30 s at most.</summary>
    public async Task<IReadOnlyList<string>> UntilAsync(Func<IReadOnlyList<string>, bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var screen = await _screens.Reader.ReadAsync(deadline.Token);
            if (condition(screen))
                return screen;
        }
    }
}
