namespace KafkaMesh.Dashboard.Tests;

/// <summary>Size and colours of a window.</summary>
/// <param name="Name">For file names.</param>
/// <param name="Width">In CSS pixels.</param>
/// <param name="Height">In CSS pixels.</param>
/// <param name="IsDark">The system prefers dark.</param>
internal sealed record Look(string Name, int Width, int Height, bool IsDark)
{
    public static Look Wide { get; } = new("light", 1440, 900, false);

    public static Look Dark { get; } = new("dark", 1440, 900, true);

    public static Look Narrow { get; } = new("narrow", 360, 740, false);

    public static IReadOnlyList<Look> All { get; } = [Wide, Dark, Narrow];
}
