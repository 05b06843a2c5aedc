using System.CommandLine;
using KafkaMesh.Playground.Commands;
using KafkaMesh.Playground.Node.Launch;

const int UsageError = 64;

if (args is ["launch", var launchFile])
{
    return ContainerLauncher.Run(launchFile);
}

var root = new RootCommand("A cluster in a box for trying KafkaMesh and for its tests.") { ServeCommand.Create(), UpCommand.Create() };
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync(parsed.Errors[0].Message);
    return UsageError;
}

// The library's default ends the process two seconds after SIGTERM, and pods take longer to stop and to be removed.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
