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

// The default would end the process two seconds after SIGTERM or Ctrl-C, in the middle of removing what it made on the machine.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
