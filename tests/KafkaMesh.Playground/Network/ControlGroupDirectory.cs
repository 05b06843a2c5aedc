using Serilog;

namespace KafkaMesh.Playground.Network;

/// <summary>Removal of a control group's directory, which the kernel refuses until the last process has left it.</summary>
internal static class ControlGroupDirectory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Removes an empty group, waiting a moment for killed processes to be gone; false (and a line in the log) when they are not.</summary>
    public static bool Remove(string path)
    {
        // The kernel reports no event when the last dead process leaves a v1 group: the attempt itself is the question.
        var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                if (Directory.Exists(path)) Directory.Delete(path);
                return true;
            }
            catch (IOException e) when (Environment.TickCount64 >= until)
            {
                Log.Warning("Control group {Path} could not be removed: {Error}", path, e.Message);
                return false;
            }
            catch (IOException)
            {
                Thread.Yield();
            }
        }
    }
}
