"""The tests of leadmodel; README.md beside this file says where what is tested."""
