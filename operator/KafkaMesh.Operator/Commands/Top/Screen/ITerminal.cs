using System.Threading.Channels;

namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>A terminal that is drawn on as a whole.</summary>
internal interface ITerminal
{
    /// <summary>Cells in a line, and lines.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>Keys as they are pressed.</summary>
    ChannelReader<ConsoleKeyInfo> Keys { get; }

    /// <summary>The size changed, or the screen has to be drawn anew for another reason.</summary>
    event EventHandler? Changed;

    /// <summary>Writes text with control sequences.</summary>
    /// <returns>False when there is no terminal any more.</returns>
    bool Write(string text);
}
